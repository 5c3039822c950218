"use strict";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4000;

/** A connection that lasted this long was a good one. */
const GOOD_MS = 5000;

/**
 * Which of the addresses is tried next, and when: in order and without a pause, the first one first whenever a
 * connection was lost; a pause, with jitter, after the last of them, and after a connection that was lost at once.
 */
class Attempts {
  constructor(count) {
    this.count = count;
    this.index = 0;
    this.rounds = 0;
  }

  /**
   * After an attempt that failed, or a connection that was lost.
   *
   * @param lastedMs how long there was a connection; null where there was none
   * @param random in [0, 1)
   */
  next(lastedMs, random) {
    const failed = lastedMs === null;
    if (!failed && lastedMs >= GOOD_MS) {
      this.rounds = 0;
      this.index = 0;
      return { index: 0, pauseMs: 0 };
    }
    this.index = failed ? (this.index + 1) % this.count : 0;
    if (this.index > 0) {
      return { index: this.index, pauseMs: 0 };
    }
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.rounds);
    this.rounds = Math.min(this.rounds + 1, 8);
    return { index: 0, pauseMs: pauseMs * (0.5 + random / 2) };
  }
}

module.exports = { Attempts };
