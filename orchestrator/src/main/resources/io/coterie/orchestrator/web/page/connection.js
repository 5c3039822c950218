// The page's MQTT client. Tells of messages and of its state; tries for ever to stay connected.
import mqtt from "./lib/mqtt/mqtt.esm.js";
import { filters } from "./topics.js";

/** What is retained has come by then. */
const HEARD_AFTER_MS = 3000;

/** Reason codes of MQTT 5, section 2.4. */
const NOT_AUTHORISED = 135;
const REFUSED = [134, NOT_AUTHORISED, 138]; // bad user name or password, …, banned

export class Connection {
  /** Handlers: message(topic, text, retained), up(), down(reason), heard(), refused(reason). */
  constructor(address, base, login, handlers) {
    this.handlers = handlers;
    this.client = mqtt.connect(address, {
      protocolVersion: 5,
      clientId: `coterie-page-${crypto.getRandomValues(new Uint32Array(2)).join("")}`,
      clean: true,
      keepalive: 10,
      connectTimeout: 5000,
      reconnectPeriod: 1000,
      resubscribe: false,
      queueQoSZero: false,
      ...login,
    });
    const decoder = new TextDecoder();
    this.client.on("message", (topic, payload, packet) =>
      handlers.message(topic, decoder.decode(payload), packet.retain),
    );
    this.client.on("connect", () => {
      handlers.up();
      this.client.subscribe(filters(base), (error) => {
        if (error) {
          handlers.refused(`may not read the fleet's topics (${error.message})`);
        }
      });
      clearTimeout(this.timer);
      this.timer = setTimeout(() => handlers.heard(), HEARD_AFTER_MS);
    });
    this.client.on("close", () => {
      clearTimeout(this.timer);
      if (!this.ended) {
        handlers.down();
      }
    });
    this.client.on("error", (error) => {
      if (REFUSED.includes(error.code)) {
        this.end();
        handlers.refused("user name or password is wrong");
      }
    });
  }

  get connected() {
    return this.client.connected;
  }

  /** Publishes; resolves when it has been sent or, with QoS 1, when the broker took it. */
  publish(topic, payload, options) {
    if (!this.client.connected) {
      return Promise.reject(new Error("no connection to the broker"));
    }
    return new Promise((resolve, reject) => {
      this.client.publish(topic, payload, options, (error, packet) => {
        if (error?.code === NOT_AUTHORISED || packet?.reasonCode === NOT_AUTHORISED) {
          reject(new Error("this user may not do that: log in as an operator"));
        } else if (error) {
          reject(new Error(`the broker refused it: ${error.message}`));
        } else {
          resolve();
        }
      });
    });
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
    this.client.end(true);
  }
}
