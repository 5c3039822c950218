"use strict";

const { isObject } = require("./checks");

/** The object in a message's bytes; undefined where there is none. */
function objectIn(payload) {
  try {
    const value = JSON.parse(payload.toString("utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

module.exports = { objectIn };
