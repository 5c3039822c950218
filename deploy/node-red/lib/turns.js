"use strict";

const { Problem } = require("./problem");

/**
 * Runs one task after the other, each when the one before has ended, however it did. Returns run(task), which gives the
 * task's promise, rejected where as many wait already as may.
 */
function inTurns(most) {
  let last = Promise.resolve();
  let waiting = 0;
  return (task) => {
    if (waiting > most) {
      return Promise.reject(new Problem("too-many-specs", { value: most }));
    }
    waiting++;
    const run = last.then(task).finally(() => waiting--);
    last = run.catch(() => {});
    return run;
  };
}

module.exports = { inTurns };
