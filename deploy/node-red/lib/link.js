"use strict";

const { Problem } = require("./problem");
const { inWords } = require("./words");

const KEY = "@coterie/node-red-coterie/coterie-broker:status.";
const LIGHTS = {
  connecting: { fill: "yellow", shape: "ring" },
  connected: { fill: "green", shape: "dot" },
  waiting: { fill: "yellow", shape: "dot" },
  down: { fill: "red", shape: "ring" },
  refused: { fill: "red", shape: "dot" },
};

/** The broker that a node's configuration names, or the problem with it. */
function brokerOf(RED, id) {
  const broker = RED.nodes.getNode(id);
  if (!broker?.connection && !broker?.problem) {
    throw new Problem("no-broker-chosen");
  }
  if (broker.problem) {
    throw new Problem("broker-configuration", { reason: broker.problem.message });
  }
  return broker;
}

/** Shows a state in a node's status light, with text or a problem beside it. Says the same only once, problems in the log, too. */
function light(RED, node) {
  let shown = "";
  return (word, detail = "") => {
    const problem = detail instanceof Problem ? inWords(RED, detail).message : null;
    const text = detail === "" ? RED._(KEY + word) : `${RED._(KEY + word)}: ${problem ?? detail}`;
    if (text !== shown) {
      shown = text;
      node.status({ ...LIGHTS[word], text });
      if (problem !== null) {
        node.error(problem);
      }
    }
  };
}

/**
 * Sets a node up with what setUp makes of its configuration. What cannot be is shown in the status light and given to
 * every message.
 */
function starting(RED, node, setUp) {
  try {
    setUp();
  } catch (error) {
    const problem = inWords(RED, error);
    node.error(problem.message);
    node.status({ ...LIGHTS.refused, text: problem.message.slice(0, 60) });
    node.on("input", (msg, send, done) => done(problem));
  }
}

module.exports = { brokerOf, light, starting };
