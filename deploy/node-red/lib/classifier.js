"use strict";

const { Book } = require("./book");
const { correlated, hashed, randomPrefix } = require("./identity");
const { Problem } = require("./problem");
const { result } = require("./results");

/** MQTT 5's reason code where the hub's broker takes no frame now: a result says so, too. */
const QUOTA_EXCEEDED = 0x97;

/**
 * Runs a book of frames over a connection: publishes them, hears results, keeps the time. Frames are
 * {bytes, properties?}, with whatever else their owner wants back.
 */
class Classifier {
  #book;
  #topics;
  #connected = false;
  #refusal = null;
  #timer = null;

  /**
   * @param broker the configuration node: topics, connection, mqtt5
   * @param settings deployment, source, concurrency, queue, timeoutMs
   * @param owner answered(entry, result), unanswered(entry, result), failed(entry, problem), show(word, detail)
   */
  constructor(broker, settings, owner) {
    const { deployment, source } = settings;
    this.broker = broker;
    this.owner = owner;
    this.#topics = {
      input: broker.topics.input(deployment, source),
      result: broker.topics.result(deployment, source),
    };
    const identify = broker.mqtt5 ? correlated(randomPrefix()) : hashed(source);
    this.#book = new Book({ ...settings, identify });
  }

  /** Takes a frame in; throws the problem where there is no room, or the broker grants no results. */
  take(frame) {
    if (this.#refusal !== null) {
      throw this.#refusal;
    }
    this.#run(this.#book.offer(frame, performance.now()));
  }

  /** Nothing more is to come: all frames fail. */
  end() {
    this.#run(this.#book.end(new Problem("stopped")));
  }

  // What follows is called by the connection.

  get filters() {
    return { [this.#topics.result]: { qos: 1 } };
  }

  message(topic, payload) {
    const heard = result(payload);
    if (heard !== null) {
      this.#run(this.#book.result(heard, performance.now()));
    }
  }

  up() {
    this.#connected = true;
    this.#refusal = null;
    this.#run(this.#book.up(performance.now()));
  }

  down(reason) {
    this.#connected = false;
    this.#refusal = null;
    this.#book.down(reason);
    this.owner.show("down", reason);
  }

  refused(problem) {
    this.#connected = false;
    this.#refusal = problem;
    this.#run(this.#book.end(problem));
    this.owner.show("refused", problem);
  }

  #run(effects) {
    effects.forEach((effect) => this.#perform(effect));
    clearTimeout(this.#timer);
    const nextMs = this.#book.nextMs();
    this.#timer = nextMs === null ? null : setTimeout(() => this.#tick(), nextMs - performance.now());
    if (this.#connected) {
      this.owner.show(this.#book.waiting > 0 ? "waiting" : "connected");
    }
  }

  #tick() {
    this.#run(this.#book.tick(performance.now()));
  }

  #perform({ kind, entry, id, leftMs, result, problem }) {
    switch (kind) {
      case "send":
        this.#send(id, entry.frame, leftMs);
        break;
      case "answer":
        this.owner.answered(entry, result);
        break;
      case "unanswered":
        this.owner.unanswered(entry, result);
        break;
      case "fail":
        this.owner.failed(entry, problem);
    }
  }

  #send(id, frame, leftMs) {
    const options = this.broker.mqtt5 ? { properties: propertiesOf(id, frame, leftMs) } : {};
    this.broker.connection
      .publish(this.#topics.input, frame.bytes, options)
      .catch((error) => this.#unpublished(id, error));
  }

  #unpublished(id, error) {
    // Without a number, the connection broke, or is breaking: the frame is sent again.
    if (typeof error.code === "number" && error.code !== QUOTA_EXCEEDED) {
      const problem = new Problem("publish-refused", { value: this.#topics.input, reason: error.message });
      this.#run(this.#book.refused(id, problem, performance.now()));
    }
  }
}

function propertiesOf(id, { properties }, leftMs) {
  return {
    correlationData: Buffer.from(id),
    messageExpiryInterval: Math.max(1, Math.ceil(leftMs / 1000)),
    ...(properties && { userProperties: properties }),
  };
}

module.exports = { Classifier };
