"use strict";

const { addresses } = require("../lib/addresses");
const { Connection } = require("../lib/connection");
const { Problem } = require("../lib/problem");
const { Topics } = require("../lib/topics");
const { inWords } = require("../lib/words");

const VERSIONS = { 5: 5, "3.1.1": 4 };

/** Where a fleet is, and who we are there: what the other nodes share. */
module.exports = function (RED) {
  function CoterieBroker(config) {
    RED.nodes.createNode(this, config);
    try {
      this.topics = new Topics(config.base || "coterie");
      this.mqtt5 = versionOf(config) === 5;
      const brokers = addresses(config.addresses);
      this.connection = new Connection(brokers, optionsOf(config, brokers, this.credentials));
    } catch (error) {
      this.problem = inWords(RED, error);
      this.error(this.problem.message);
    }
    this.on("close", (done) => (this.connection ? this.connection.end().then(done, done) : done()));
  }

  function versionOf({ version }) {
    if (!Object.hasOwn(VERSIONS, version)) {
      throw new Problem("not-one-of", { field: "version", value: version, words: Object.keys(VERSIONS).join(", ") });
    }
    return VERSIONS[version];
  }

  function optionsOf(config, brokers, credentials) {
    const options = { protocolVersion: versionOf(config) };
    if (credentials?.user) {
      options.username = credentials.user;
      options.password = credentials.password ?? "";
    }
    if (config.tls) {
      const tls = RED.nodes.getNode(config.tls);
      const open = brokers.find(({ secure }) => !secure);
      if (open) {
        throw new Problem("tls-without-mqtts", { value: `${open.protocol}://${open.host}` });
      }
      if (!tls?.valid) {
        throw new Problem("tls-configuration");
      }
      tls.addTLSOptions(options);
    }
    return options;
  }

  RED.nodes.registerType("coterie-broker", CoterieBroker, {
    credentials: { user: { type: "text" }, password: { type: "password" } },
  });
};
