"use strict";

const MOST_SHOWN = 80;

/** A value as it is shown in a message: one line, not long. */
function shown(value) {
  const text = typeof value === "string" ? value : String(value);
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ");
  return line.length <= MOST_SHOWN ? line : `${line.slice(0, MOST_SHOWN)}…`;
}

/**
 * What a user can cause and cure. The words are in the catalogue of messages, under the code, and name the values.
 */
class Problem extends Error {
  constructor(code, values = {}) {
    const safe = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, shown(value)]));
    super(`${code} ${JSON.stringify(safe)}`);
    this.name = "Problem";
    this.code = code;
    this.values = safe;
  }
}

module.exports = { Problem, shown };
