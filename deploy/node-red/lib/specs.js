"use strict";

const { isObject } = require("./checks");
const { Problem } = require("./problem");

const STRATEGIES = ["rocoin", "distree", "mdi-exit"];
const GOALS = ["accuracy", "latency", "replicas"];
const PORTIONS = ["float32", "int8"];
const LONGEST_MS = 60_000;

const between = (least, most) => (value, field) => {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Problem("not-in-range", { field, value, least, most });
  }
};

const noneOrBetween = (least, most) => (value, field) => value === 0 || between(least, most)(value, field);

const oneOf = (words) => (value, field) => {
  if (!words.includes(value)) {
    throw new Problem("not-one-of", { field, value, words: words.join(", ") });
  }
};

const anObject = (value, field) => {
  if (!isObject(value)) {
    throw new Problem("not-an-object", { field, value: JSON.stringify(value) });
  }
};

/** The fields of a spec, each with what it has to satisfy. The orchestrator looks into exitRule, pipeline and rollout. */
const FIELDS = {
  bundle: digest,
  strategy: oneOf(STRATEGIES),
  deadlineMs: between(1, LONGEST_MS),
  successProbability: probability,
  portions: oneOf(PORTIONS),
  goal: oneOf(GOALS),
  replicaBudget: between(0, 1_000_000),
  hedgeMs: noneOrBetween(20, LONGEST_MS),
  exitRule: anObject,
  pipeline: anObject,
  rollout: anObject,
};

/** What a spec has that nobody gave a value. */
const USUAL = { strategy: "rocoin", deadlineMs: 500, successProbability: 0.99 };

function digest(value, field) {
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) {
    throw new Problem("not-a-digest", { field, value });
  }
}

function probability(value, field) {
  if (typeof value !== "number" || !(value >= 0 && value < 1)) {
    throw new Problem("not-a-probability", { field, value });
  }
}

/**
 * What is wanted of a deployment: what is wanted now, then what the node says, then what the message says; of each,
 * only the fields that it has.
 */
function merged(current, configured, asked) {
  for (const field of Object.keys(asked)) {
    if (!Object.hasOwn(FIELDS, field)) {
      throw new Problem("unknown-field", { field, words: Object.keys(FIELDS).join(", ") });
    }
  }
  const spec = { ...USUAL, ...current, ...configured, ...asked };
  // It is another version of the spec than the one that had this name.
  delete spec.generation;
  if (spec.bundle === undefined) {
    throw new Problem("no-bundle");
  }
  for (const [field, check] of Object.entries(FIELDS)) {
    if (spec[field] !== undefined) {
      check(spec[field], field);
    }
  }
  if (spec.goal === "replicas" && !(spec.replicaBudget > 0)) {
    throw new Problem("no-budget");
  }
  return spec;
}

/** Whether the plan is one for the spec, as far as plans tell. */
const serves = (plan, spec) => plan?.bundle === spec.bundle && (plan.strategy ?? "rocoin") === spec.strategy;

module.exports = { STRATEGIES, serves, merged };
