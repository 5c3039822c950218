"use strict";

const { isName, name } = require("./checks");
const { Problem } = require("./problem");

const BASE = /^[A-Za-z0-9._-]{1,64}(\/[A-Za-z0-9._-]{1,64}){0,7}$/;

/** What tells of a fleet, by kind. A "+" stands for a name. */
const PATTERNS = {
  state: "agents/+/state",
  spec: "deployments/+/spec",
  plan: "deployments/+/plan",
  orchestrator: "orchestrator/state",
};

/** Builds and parses the topics of one fleet, as docs/protocol.md has them. Immutable. */
class Topics {
  constructor(base) {
    if (typeof base !== "string" || !BASE.test(base)) {
      throw new Problem("not-a-base", { value: base });
    }
    this.base = base;
  }

  input(deployment, source) {
    return `${this.base}/deployments/${name(deployment, "deployment")}/input/${name(source, "source")}`;
  }

  result(deployment, source) {
    return `${this.base}/deployments/${name(deployment, "deployment")}/result/${name(source, "source")}`;
  }

  spec(deployment) {
    return `${this.base}/deployments/${name(deployment, "deployment")}/spec`;
  }

  plan(deployment) {
    return `${this.base}/deployments/${name(deployment, "deployment")}/plan`;
  }

  model(sha256) {
    return `${this.base}/models/${sha256}`;
  }

  /** A filter for all topics of a kind. */
  every(kind) {
    return `${this.base}/${PATTERNS[kind]}`;
  }

  /** Kind and names of a topic, or null where it is none of these. */
  parse(topic) {
    if (!topic.startsWith(`${this.base}/`)) {
      return null;
    }
    const levels = topic.slice(this.base.length + 1).split("/");
    for (const [kind, pattern] of Object.entries(PATTERNS)) {
      const expected = pattern.split("/");
      const fits = (level, i) => (expected[i] === "+" ? isName(level) : expected[i] === level);
      if (levels.length === expected.length && levels.every(fits)) {
        return { kind, names: levels.filter((_, i) => expected[i] === "+") };
      }
    }
    return null;
  }
}

/** Whether an MQTT topic filter with "+" covers the topic. */
function matches(filter, topic) {
  const expected = filter.split("/");
  const levels = topic.split("/");
  return levels.length === expected.length && expected.every((level, i) => level === "+" || level === levels[i]);
}

module.exports = { Topics, matches };
