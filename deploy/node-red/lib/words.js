"use strict";

const { Problem } = require("./problem");

const CATALOGUE = "@coterie/node-red-coterie/coterie-broker:problem.";

/** An error as it is shown to people; codes become words in their language. */
function inWords(RED, error) {
  if (!(error instanceof Problem)) {
    return error;
  }
  const worded = new Error(RED._(CATALOGUE + error.code, error.values));
  worded.code = error.code;
  return worded;
}

module.exports = { inWords };
