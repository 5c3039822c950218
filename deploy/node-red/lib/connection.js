"use strict";

const crypto = require("node:crypto");
const mqtt = require("mqtt");
const { Attempts } = require("./attempts");
const { Problem } = require("./problem");
const { Publisher } = require("./publisher");
const { matches } = require("./topics");

/** A broker that does not answer is noticed within one and a half times this. */
const KEEP_ALIVE_SECONDS = 4;
const CONNECT_TIMEOUT_MS = 5000;

/** How long a broker may take to say goodbye. */
const END_MS = 2000;

/**
 * One connection to the first of several brokers that can be reached, made again for ever. It keeps nothing over a
 * break: whoever publishes decides what is sent again. Begins when somebody listens.
 *
 * Listeners have filters {filter: {qos}}, message(topic, payload), up() when their subscriptions are in force,
 * down(reason), and refused(problem) when the broker does not grant them.
 */
class Connection {
  #listeners = new Set();
  #client = null;
  #publisher = null;
  #timer = null;
  #ended = false;
  #attempts;
  #index = 0;

  /**
   * @param addresses as from addresses()
   * @param options for mqtt.js: version, login, TLS
   */
  constructor(addresses, options) {
    this.addresses = addresses;
    this.options = options;
    this.#attempts = new Attempts(addresses.length);
  }

  /** Begins to listen; returns what ends it. */
  listen(listener) {
    this.#listeners.add(listener);
    if (this.#client === null && this.#timer === null && !this.#ended) {
      this.#connect();
    } else if (this.#publisher !== null) {
      this.#subscribe(listener);
    }
    return () => this.#leave(listener);
  }

  /** Publishes with QoS 1; resolves when the broker took it. */
  publish(topic, payload, options) {
    return this.#publisher === null
      ? Promise.reject(new Problem("not-connected"))
      : this.#publisher.publish(topic, payload, options);
  }

  /** Ends it for good; resolves when the broker was told. */
  end() {
    this.#ended = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    if (client === null) {
      return Promise.resolve();
    }
    const timer = setTimeout(() => client.stream.destroy(), END_MS);
    return new Promise((resolve) => client.end(!client.connected, () => resolve())).finally(() => clearTimeout(timer));
  }

  #connect() {
    this.#timer = null;
    const { protocol, host, port, path } = this.addresses[this.#index];
    const client = mqtt.connect({
      ...this.options,
      protocol,
      host,
      port,
      path,
      // Agents' identifiers begin with "coterie-": the hub tells publishers from them.
      clientId: `nodered-${crypto.randomBytes(8).toString("hex")}`,
      clean: true,
      keepalive: KEEP_ALIVE_SECONDS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
    });
    this.#client = client;
    this.#follow(client);
  }

  #follow(client) {
    let upMs = null;
    let reason = "";
    // Payloads over 8 KB otherwise wait for the broker's delayed acknowledgements.
    client.stream.setNoDelay?.(true);
    client.on("error", (error) => (reason = typeof error.code === "string" ? error.code : error.message));
    client.on("disconnect", (packet) => (reason = packet.properties?.reasonString ?? `reason code ${packet.reasonCode}`));
    client.on("message", (topic, payload) => this.#dispatch(topic, payload));
    client.on("connect", (connack) => {
      upMs = performance.now();
      this.#publisher = new Publisher(client, connack);
      this.#listeners.forEach((listener) => this.#subscribe(listener));
    });
    client.once("close", () => {
      client.end(true);
      this.#lost(upMs === null ? null : performance.now() - upMs, reason);
    });
  }

  #lost(lastedMs, reason) {
    this.#client = null;
    this.#publisher?.close();
    this.#publisher = null;
    if (this.#ended) {
      return;
    }
    const { host, port } = this.addresses[this.#index];
    const next = this.#attempts.next(lastedMs, Math.random());
    this.#index = next.index;
    this.#timer = setTimeout(() => this.#connect(), next.pauseMs);
    this.#listeners.forEach((listener) => listener.down(`${host}:${port} ${reason}`.trim()));
  }

  #subscribe(listener) {
    const client = this.#client;
    client.subscribe(listener.filters, (error) => {
      if (client !== this.#client || this.#publisher === null || !this.#listeners.has(listener)) {
        return;
      }
      if (error) {
        const filters = Object.keys(listener.filters).join(", ");
        listener.refused(new Problem("not-granted", { value: filters, reason: error.message }));
      } else {
        listener.up();
      }
    });
  }

  #dispatch(topic, payload) {
    for (const listener of this.#listeners) {
      if (Object.keys(listener.filters).some((filter) => matches(filter, topic))) {
        listener.message(topic, payload);
      }
    }
  }

  #leave(listener) {
    this.#listeners.delete(listener);
    const others = [...this.#listeners].flatMap((other) => Object.keys(other.filters));
    const unheard = Object.keys(listener.filters).filter((filter) => !others.includes(filter));
    if (this.#publisher !== null && unheard.length > 0) {
      this.#client.unsubscribe(unheard);
    }
  }
}

module.exports = { Connection };
