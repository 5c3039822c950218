"use strict";

const { Problem } = require("./problem");

/** What MQTT allows where the broker does not say less. */
const MOST_UNACKNOWLEDGED = 65_535;

/**
 * Publishes over one connection, with QoS 1, no more at once than the broker takes: mqtt.js leaves that to its users,
 * and brokers end connections that send more.
 */
class Publisher {
  #client;
  #most;
  #unacknowledged = new Set();
  #waiting = [];

  /** @param connack what the broker answered to the connection */
  constructor(client, connack) {
    this.#client = client;
    this.#most = connack.properties?.receiveMaximum ?? MOST_UNACKNOWLEDGED;
  }

  /** Resolves when the broker took it; rejects with its reason, or without a numeric code where the connection broke. */
  publish(topic, payload, options) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ topic, payload, options: { ...options, qos: 1 }, resolve, reject });
      this.#send();
    });
  }

  /** The connection broke: nothing will be acknowledged any more. */
  close() {
    [...this.#unacknowledged, ...this.#waiting.splice(0)].forEach(({ reject }) => reject(new Problem("not-connected")));
  }

  #send() {
    while (this.#unacknowledged.size < this.#most && this.#waiting.length > 0) {
      const message = this.#waiting.shift();
      this.#unacknowledged.add(message);
      this.#client.publish(message.topic, message.payload, message.options, (error) => {
        this.#unacknowledged.delete(message);
        (error ? message.reject : message.resolve)(error);
        this.#send();
      });
    }
  }
}

module.exports = { Publisher };
