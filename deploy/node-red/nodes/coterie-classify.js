"use strict";

const fs = require("node:fs/promises");
const { integer, name } = require("../lib/checks");
const { Classifier } = require("../lib/classifier");
const { brokerOf, light, starting } = require("../lib/link");
const { MOST_BYTES, frameOf, picture } = require("../lib/pictures");
const { Problem } = require("../lib/problem");
const { inWords } = require("../lib/words");

/** Publishes a message's picture and gives the message its result. */
module.exports = function (RED) {
  function CoterieClassify(config) {
    RED.nodes.createNode(this, config);
    starting(RED, this, () => setUp(this, settingsOf(this, config), brokerOf(RED, config.broker)));
  }

  function settingsOf(node, config) {
    return {
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

  function setUp(node, settings, broker) {
    const show = light(RED, node);
    const classifier = new Classifier(broker, settings, {
      show,
      answered: (entry, result) => deliver(settings, entry, result, (msg) => [msg, null]),
      unanswered: (entry, result) => deliver(settings, entry, result, (msg) => [null, msg]),
      failed: ({ frame }, problem) => frame.done(inWords(RED, problem)),
    });
    show("connecting");
    const leave = broker.connection.listen(classifier);
    node.on("input", (msg, send, done) => {
      frameIn(msg, settings, broker)
        .then((frame) => classifier.take({ ...frame, msg, send, done }))
        .catch((error) => done(inWords(RED, error)));
    });
    node.on("close", () => {
      leave();
      classifier.end();
    });
  }

  function deliver({ deployment, result: property }, { frame, sinceMs }, result, outputs) {
    const { msg, send, done } = frame;
    const totalMs = Math.round((performance.now() - sinceMs) * 10) / 10;
    try {
      if (!RED.util.setMessageProperty(msg, property, { deployment, ...result, totalMs }, true)) {
        throw new Problem("no-place-for-result", { value: property });
      }
      send(outputs(msg));
      done();
    } catch (error) {
      done(inWords(RED, error));
    }
  }

  /** The frame in a message, read from the file that it names where that is so. */
  async function frameIn(msg, settings, broker) {
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

  RED.nodes.registerType("coterie-classify", CoterieClassify);
};
