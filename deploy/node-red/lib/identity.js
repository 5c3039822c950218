"use strict";

const crypto = require("node:crypto");

/**
 * Identities that a publisher gives its frames as MQTT 5 correlation data. One that is sent again gets another one:
 * the same would be a repeat, which has no second result.
 *
 * @param prefix a name that no other publisher of the source uses
 */
const correlated = (prefix) => (frame, number, attempt) =>
  attempt === 1 ? `${prefix}-${number}` : `${prefix}-${number}.${attempt}`;

/** Identities that boards give frames without correlation data, as from MQTT 3.1.1: a hash of source and payload. */
const hashed = (source) => (frame) => {
  const sha256 = crypto.createHash("sha256").update(source).update(Buffer.of(0)).update(frame.bytes);
  return `h:${sha256.digest("hex").slice(0, 16)}`;
};

/** A prefix for correlated frames. */
const randomPrefix = () => `nr-${crypto.randomBytes(8).toString("hex")}`;

module.exports = { correlated, hashed, randomPrefix };
