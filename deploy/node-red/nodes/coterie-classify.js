"use strict";

const fs = require("node:fs/promises");
const { Book } = require("../lib/book");
const { integer, name } = require("../lib/checks");
const { correlated, hashed, randomPrefix } = require("../lib/identity");
const { brokerOf, light, starting } = require("../lib/link");
const { MOST_BYTES, frameOf, picture } = require("../lib/pictures");
const { Problem } = require("../lib/problem");
const results = require("../lib/results");
const { inWords } = require("../lib/words");

/** MQTT 5's reason code where the hub's broker takes no frame now: a result says so, too. */
const QUOTA_EXCEEDED = 0x97;

/** Publishes a message's picture and gives the message its result. */
module.exports = function (RED) {
  function CoterieClassify(config) {
    RED.nodes.createNode(this, config);
    starting(RED, this, () => setUp(this, settingsOf(this, config)));
  }

  function settingsOf(node, config) {
    const broker = brokerOf(RED, config.broker);
    return {
      broker,
      deployment: name(config.deployment, "deployment"),
      source: name(config.source || `nodered-${node.id}`, "source"),
      picture: config.picture || "payload",
      result: config.result || "payload",
      readsFiles: config.files === true,
      concurrency: integer(config.concurrency, "concurrency", 1, 256),
      queue: integer(config.queue, "queue", 0, 10_000),
      timeoutMs: integer(config.timeout, "timeout", 1, 600_000),
    };
  }

  function setUp(node, settings) {
    const { broker, deployment, source } = settings;
    const topics = { input: broker.topics.input(deployment, source), result: broker.topics.result(deployment, source) };
    const identify = broker.mqtt5 ? correlated(randomPrefix()) : hashed(source);
    const book = new Book({ ...settings, identify });
    const show = light(RED, node);
    let connected = false;
    let refusal = null;
    let timer = null;
    show("connecting");

    const run = (effects) => {
      effects.forEach((effect) => perform[effect.kind](effect));
      clearTimeout(timer);
      const nextMs = book.nextMs();
      timer = nextMs === null ? null : setTimeout(() => run(book.tick(performance.now())), nextMs - performance.now());
      if (connected) {
        show(book.waiting > 0 ? "waiting" : "connected");
      }
    };
    const perform = {
      send: ({ id, entry, leftMs }) =>
        broker.connection
          .publish(topics.input, entry.frame.bytes, optionsOf(broker, id, entry.frame, leftMs))
          .catch((error) => refused(id, error)),
      answer: ({ entry, result }) => deliver(entry, result, 0),
      unanswered: ({ entry, result }) => deliver(entry, result, 1),
      fail: ({ entry, problem }) => entry.frame.done(inWords(RED, problem)),
    };
    const refused = (id, error) => {
      // Without a code, the connection broke, or is breaking: the frame is sent again.
      if (typeof error.code === "number" && error.code !== QUOTA_EXCEEDED) {
        run(book.refused(id, new Problem("publish-refused", { value: topics.input, reason: error.message }), performance.now()));
      }
    };
    const deliver = (entry, result, output) => {
      const { msg, send, done } = entry.frame;
      const totalMs = Math.round((performance.now() - entry.sinceMs) * 10) / 10;
      const outputs = [null, null];
      outputs[output] = msg;
      RED.util.setMessageProperty(msg, settings.result, { deployment, ...result, totalMs }, true);
      send(outputs);
      done();
    };

    const leave = broker.connection.listen({
      filters: { [topics.result]: { qos: 1 } },
      message: (topic, payload) => {
        const result = results.result(payload);
        if (result !== null) {
          run(book.result(result, performance.now()));
        }
      },
      up: () => {
        connected = true;
        refusal = null;
        run(book.up(performance.now()));
      },
      down: (reason) => {
        connected = false;
        refusal = null;
        book.down(reason);
        show("down", reason);
      },
      refused: (problem) => {
        connected = false;
        refusal = problem;
        run(book.end(problem));
        show("refused", inWords(RED, problem).message);
      },
    });

    const take = (content) => {
      if (refusal !== null) {
        throw refusal;
      }
      run(book.offer(content, performance.now()));
    };

    node.on("input", (msg, send, done) => {
      frame(msg, settings, broker)
        .then((content) => take({ ...content, msg, send, done }))
        .catch((error) => done(inWords(RED, error)));
    });
    node.on("close", () => {
      leave();
      run(book.end(new Problem("stopped")));
    });
  }

  /** The frame in a message, read from the file that it names where that is so. */
  async function frame(msg, settings, broker) {
    const { dtype, shape } = msg;
    const value = RED.util.getMessageProperty(msg, settings.picture);
    const found = frameOf(value, { dtype, shape, readsFiles: settings.readsFiles });
    if (found.properties && !broker.mqtt5) {
      throw new Problem("tensor-needs-mqtt5");
    }
    return found.file === undefined ? found : picture(await read(found.file));
  }

  async function read(file) {
    try {
      const { size } = await fs.stat(file);
      if (size > MOST_BYTES) {
        throw new Problem("picture-too-large", { value: size, most: MOST_BYTES });
      }
      return await fs.readFile(file);
    } catch (error) {
      throw error instanceof Problem ? error : new Problem("unreadable-file", { value: file, reason: error.code });
    }
  }

  function optionsOf(broker, id, { properties }, leftMs) {
    if (!broker.mqtt5) {
      return {};
    }
    return {
      properties: {
        correlationData: Buffer.from(id),
        messageExpiryInterval: Math.max(1, Math.ceil(leftMs / 1000)),
        ...(properties && { userProperties: properties }),
      },
    };
  }

  RED.nodes.registerType("coterie-classify", CoterieClassify);
};
