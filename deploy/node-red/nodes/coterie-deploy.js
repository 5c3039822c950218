"use strict";

const { integer, isObject, name } = require("../lib/checks");
const { Deployment } = require("../lib/deployment");
const { brokerOf, light, starting } = require("../lib/link");
const { Problem } = require("../lib/problem");
const { inTurns } = require("../lib/turns");
const { inWords } = require("../lib/words");

const ACTIONS = ["deploy", "remove"];

/** Messages that may wait for the one before. */
const MOST_WAITING = 10;

/** Says what is wanted of a deployment, or takes it back. */
module.exports = function (RED) {
  function CoterieDeploy(config) {
    RED.nodes.createNode(this, config);
    starting(RED, this, () => setUp(this, config, brokerOf(RED, config.broker)));
  }

  /** Of the editor's fields those that are filled in. */
  function configuredOf({ bundle, strategy, deadline, success }) {
    const number = (text) => (text === "" || text === undefined ? undefined : Number(text));
    const all = {
      bundle: bundle || undefined,
      strategy: strategy || undefined,
      deadlineMs: number(deadline),
      successProbability: number(success),
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  }

  /** What a message asks for: nothing where it is a timestamp, say, but text is no mistake to be overlooked. */
  function askedIn(payload) {
    if (isObject(payload)) {
      return payload;
    }
    if (Array.isArray(payload) || ArrayBuffer.isView(payload) || (typeof payload === "string" && payload !== "")) {
      throw new Problem("not-an-object", { field: "msg.payload", value: payload });
    }
    return {};
  }

  function setUp(node, config, { topics, connection }) {
    const deployment = new Deployment({ topics, connection, name: name(config.deployment, "deployment") });
    const timeoutMs = integer(config.timeout, "timeout", 1, 600_000);
    const configured = configuredOf(config);
    const leave = connection.listen(listenerOf(deployment, light(RED, node)));

    const act = async ({ action = config.action, payload }) => {
      if (!ACTIONS.includes(action)) {
        throw new Problem("not-one-of", { field: "action", value: action, words: ACTIONS.join(", ") });
      }
      const asked = action === "remove" ? null : askedIn(payload);
      const now = asked === null ? deployment.remove(timeoutMs) : deployment.deploy(configured, asked, timeoutMs);
      return { deployment: deployment.name, action, ...(await now) };
    };

    // Each builds on what the one before left.
    const run = inTurns(MOST_WAITING);
    node.on("input", (msg, send, done) => {
      run(() => act(msg))
        .then((payload) => {
          send(Object.assign(msg, { payload }));
          done();
        })
        .catch((error) => done(inWords(RED, error)));
    });
    node.on("close", leave);
  }

  function listenerOf(deployment, show) {
    show("connecting");
    return {
      filters: deployment.filters,
      message: (topic, payload) => deployment.message(topic, payload),
      up: () => {
        deployment.up();
        show("connected");
      },
      down: (reason) => {
        deployment.down(reason);
        show("down", reason);
      },
      refused: (problem) => show("refused", problem),
    };
  }

  RED.nodes.registerType("coterie-deploy", CoterieDeploy);
};
