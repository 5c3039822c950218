"use strict";

const { Fleet } = require("../lib/fleet");
const { brokerOf, light, starting } = require("../lib/link");
const { inWords } = require("../lib/words");

/** Changes that come together, such as a loss and the plan that follows it, are told together. */
const SETTLE_MS = 250;

const KINDS = ["state", "spec", "plan", "orchestrator"];

/** Follows a fleet, and tells it after every change that it settled. */
class Follower {
  #connected = false;
  #timer = null;
  #told = "";

  /** @param owner tell(summary), show(word, detail), online(summary) in words */
  constructor(topics, owner) {
    this.topics = topics;
    this.owner = owner;
    this.fleet = new Fleet(topics);
    this.filters = Object.fromEntries(KINDS.map((kind) => [topics.every(kind), { qos: 1 }]));
  }

  summary() {
    return this.fleet.summary(this.#connected);
  }

  message(topic, payload) {
    if (this.fleet.take(topic, payload)) {
      this.#changed();
    }
  }

  up() {
    this.#connected = true;
    this.#changed();
  }

  down(reason) {
    // What is retained comes again, and what does not is not there any more.
    this.fleet = new Fleet(this.topics);
    this.#connected = false;
    this.owner.show("down", reason);
    this.#changed();
  }

  refused(problem) {
    this.owner.show("refused", problem);
  }

  end() {
    clearTimeout(this.#timer);
  }

  #changed() {
    this.#timer ??= setTimeout(() => this.#settled(), SETTLE_MS);
  }

  #settled() {
    this.#timer = null;
    const summary = this.summary();
    if (this.#connected) {
      this.owner.show("connected", this.owner.online(summary));
    }
    const text = JSON.stringify(summary);
    if (text !== this.#told) {
      this.#told = text;
      this.owner.tell(summary);
    }
  }
}

/** Tells how the fleet is: after every change, and when a message asks. */
module.exports = function (RED) {
  function CoterieFleet(config) {
    RED.nodes.createNode(this, config);
    starting(RED, this, () => setUp(this, brokerOf(RED, config.broker)));
  }

  function setUp(node, { topics, connection }) {
    const follower = new Follower(topics, {
      show: light(RED, node),
      online: ({ boards }) => {
        const online = boards.filter((board) => board.online).length;
        return RED._("status.online", { online, of: boards.length });
      },
      tell: (summary) => node.send({ topic: topics.base, payload: summary }),
    });
    follower.owner.show("connecting");
    const leave = connection.listen(follower);
    node.on("input", (msg, send, done) => {
      msg.payload = follower.summary();
      send(msg);
      done();
    });
    node.on("close", () => {
      leave();
      follower.end();
    });
  }

  RED.nodes.registerType("coterie-fleet", CoterieFleet);
};
