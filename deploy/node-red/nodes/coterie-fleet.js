"use strict";

const { Fleet } = require("../lib/fleet");
const { brokerOf, light, starting } = require("../lib/link");
const { inWords } = require("../lib/words");

/** Changes that come together, such as a loss and the plan that follows it, are told together. */
const SETTLE_MS = 250;

/** Tells how the fleet is: after every change, and when a message asks. */
module.exports = function (RED) {
  function CoterieFleet(config) {
    RED.nodes.createNode(this, config);
    starting(RED, this, () => setUp(this, brokerOf(RED, config.broker)));
  }

  function setUp(node, { topics, connection }) {
    const show = light(RED, node);
    let fleet = new Fleet(topics);
    let connected = false;
    let timer = null;
    let told = "";
    show("connecting");

    const tell = () => {
      timer = null;
      const summary = fleet.summary(connected);
      if (connected) {
        const online = summary.boards.filter((board) => board.online).length;
        show("connected", RED._("coterie-fleet.status.online", { online, of: summary.boards.length }));
      }
      const text = JSON.stringify(summary);
      if (text !== told) {
        told = text;
        node.send({ topic: topics.base, payload: summary });
      }
    };
    const changed = () => {
      timer ??= setTimeout(tell, SETTLE_MS);
    };

    const filters = ["state", "spec", "plan", "orchestrator"].map((kind) => [topics.every(kind), { qos: 1 }]);
    const leave = connection.listen({
      filters: Object.fromEntries(filters),
      message: (topic, payload) => {
        if (fleet.take(topic, payload)) {
          changed();
        }
      },
      up: () => {
        connected = true;
        changed();
      },
      down: (reason) => {
        // What is retained comes again, and what does not is not there any more.
        fleet = new Fleet(topics);
        connected = false;
        show("down", reason);
        changed();
      },
      refused: (problem) => {
        show("refused", inWords(RED, problem).message);
        node.error(inWords(RED, problem).message);
      },
    });

    node.on("input", (msg, send, done) => {
      msg.payload = fleet.summary(connected);
      send(msg);
      done();
    });
    node.on("close", () => {
      leave();
      clearTimeout(timer);
    });
  }

  RED.nodes.registerType("coterie-fleet", CoterieFleet);
};
