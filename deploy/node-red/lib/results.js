"use strict";

const { objectIn } = require("./json");

const MOST_BYTES = 64 * 1024;
const ANSWERED = ["ok", "degraded"];
const STATUSES = [...ANSWERED, "expired", "rejected"];

const text = (value) => (typeof value === "string" ? value : undefined);
const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : undefined);
const list = (value, item) => (Array.isArray(value) ? value.map(item).filter((x) => x !== undefined) : []);

function top(value) {
  const label = text(value?.label);
  return label === undefined ? undefined : { label, confidence: number(value.confidence) };
}

/**
 * A result as docs/protocol.md has it, without fields that are unknown or of the wrong type; null where it is none.
 *
 * @param payload the message's bytes
 */
function result(payload) {
  const value = payload.length > MOST_BYTES ? undefined : objectIn(payload);
  if (value === undefined || text(value.frame) === undefined || !STATUSES.includes(value.status)) {
    return null;
  }
  if (isAnswered(value) && (text(value.label) === undefined || number(value.confidence) === undefined)) {
    return null;
  }
  return present({
    frame: value.frame,
    source: text(value.source),
    status: value.status,
    label: text(value.label),
    index: number(value.index),
    confidence: number(value.confidence),
    top: list(value.top, top),
    portions: { have: number(value.portions?.have), of: number(value.portions?.of) },
    exit: number(value.exit),
    epoch: number(value.epoch),
    latencyMs: number(value.latencyMs),
    agents: list(value.agents, text),
    reason: text(value.reason),
    retryAfterMs: number(value.retryAfterMs),
  });
}

const present = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Whether a result has an answer: a missing one must not look like any other. */
const isAnswered = (value) => ANSWERED.includes(value.status);

module.exports = { isAnswered, result };
