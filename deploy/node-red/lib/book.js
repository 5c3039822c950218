"use strict";

const { Problem } = require("./problem");
const { isAnswered } = require("./results");

/** Nothing is sent again sooner, whatever a result asks for. */
const LEAST_RETRY_MS = 10;

/**
 * The frames of one classify node, from the message that brings one to its result. Pure: times come as arguments, in
 * milliseconds of a clock that never goes back, and what is to be done is returned, in order:
 *
 *   {kind: "send", id, entry, leftMs}   publish the entry's frame under this identity
 *   {kind: "answer", entry, result}     there is an answer
 *   {kind: "unanswered", entry, result} there is a result without one
 *   {kind: "fail", entry, problem}      there is none
 *
 * Every entry ends with exactly one of the last three.
 *
 *   state    event                                                           next
 *   waiting  a place is free and there is a connection                       open
 *   waiting  time is up                                                      ended
 *   open     its result                                                      ended
 *   open     rejected with retryAfterMs that ends before its time does       paused
 *   open     the connection breaks and comes back                            open, sent again
 *   paused   retryAfterMs is over                                            open, sent again
 *   any      time is up, or publishing is refused                            ended
 */
class Book {
  #waiting = [];
  #open = [];
  #connected = false;
  #number = 0;
  #reason = "";

  /**
   * @param concurrency how many frames are open at once
   * @param queue how many more wait
   * @param timeoutMs how long a frame may take in all
   * @param identify (frame, number, attempt) to its identity; equal ones are one frame while they are open
   */
  constructor({ concurrency, queue, timeoutMs, identify }) {
    Object.assign(this, { concurrency, queue, timeoutMs, identify });
  }

  /** Takes a frame in; throws where there is no room. The entry has the frame. */
  offer(frame, nowMs) {
    if (!this.#hasPlace() && this.#waiting.length >= this.queue) {
      throw this.#connected
        ? new Problem("queue-full", { value: this.queue })
        : new Problem("queue-full-no-broker", { value: this.queue });
    }
    this.#number++;
    const times = { sinceMs: nowMs, untilMs: nowMs + this.timeoutMs, resumeMs: null };
    this.#waiting.push({ frame, number: this.#number, attempt: 0, id: null, ids: new Set(), sent: false, ...times });
    return this.#fill(nowMs);
  }

  /** There is a connection, and results are heard. */
  up(nowMs) {
    this.#connected = true;
    this.#open.forEach((entry) => (entry.sent = false));
    return [...this.#sendDue(nowMs), ...this.#fill(nowMs)];
  }

  /** There is no connection, for this reason: what became of open frames is not known. */
  down(reason) {
    this.#connected = false;
    this.#reason = reason;
  }

  /** Takes a result in, whoever's it is. */
  result(result, nowMs) {
    const effects = [];
    for (const entry of this.#open.filter((open) => this.#concerns(result, open))) {
      const resumeMs = nowMs + Math.max(LEAST_RETRY_MS, result.retryAfterMs);
      if (result.status === "rejected" && resumeMs < entry.untilMs) {
        entry.resumeMs = resumeMs;
        entry.sent = false;
      } else {
        this.#remove(entry);
        effects.push({ kind: isAnswered(result) ? "answer" : "unanswered", entry, result });
      }
    }
    return [...effects, ...this.#fill(nowMs)];
  }

  /** That an earlier attempt has no answer means nothing while a later one is under way. */
  #concerns(result, entry) {
    return isAnswered(result) ? entry.ids.has(result.frame) : entry.id === result.frame;
  }

  /** The broker did not take the frame. */
  refused(id, problem, nowMs) {
    const refused = this.#open.filter((entry) => entry.id === id && entry.sent);
    refused.forEach((entry) => this.#remove(entry));
    return [...refused.map((entry) => ({ kind: "fail", entry, problem })), ...this.#fill(nowMs)];
  }

  /** Time passed. */
  tick(nowMs) {
    const late = [...this.#open, ...this.#waiting].filter((entry) => entry.untilMs - nowMs <= 0);
    const problem = this.#connected
      ? new Problem("no-result", { value: this.timeoutMs })
      : new Problem("no-broker", { value: this.timeoutMs, reason: this.#reason });
    late.forEach((entry) => this.#remove(entry));
    const failed = late.map((entry) => ({ kind: "fail", entry, problem }));
    return [...failed, ...this.#sendDue(nowMs), ...this.#fill(nowMs)];
  }

  /** Ends everything that is under way or waits. */
  end(problem) {
    const entries = [...this.#open, ...this.#waiting];
    this.#open = [];
    this.#waiting = [];
    return entries.map((entry) => ({ kind: "fail", entry, problem }));
  }

  /** When tick has to be called; null for never. */
  nextMs() {
    const resumes = this.#connected ? this.#open.map((entry) => entry.resumeMs).filter((ms) => ms !== null) : [];
    const times = [...this.#open, ...this.#waiting].map((entry) => entry.untilMs).concat(resumes);
    return times.length === 0 ? null : Math.min(...times);
  }

  get open() {
    return this.#open.length;
  }

  get waiting() {
    return this.#waiting.length;
  }

  #hasPlace() {
    return this.#connected && this.#open.length < this.concurrency;
  }

  #fill(nowMs) {
    const effects = [];
    while (this.#hasPlace() && this.#waiting.length > 0) {
      const entry = this.#waiting.shift();
      this.#open.push(entry);
      effects.push(...this.#send(entry, nowMs));
    }
    return effects;
  }

  #sendDue(nowMs) {
    if (!this.#connected) {
      return [];
    }
    const due = this.#open.filter((e) => !e.sent && (e.resumeMs === null || e.resumeMs - nowMs <= 0));
    return due.flatMap((entry) => this.#send(entry, nowMs));
  }

  #send(entry, nowMs) {
    entry.attempt++;
    entry.id = this.identify(entry.frame, entry.number, entry.attempt);
    const underWay = this.#open.some((other) => other !== entry && other.sent && other.id === entry.id);
    entry.ids.add(entry.id);
    entry.sent = true;
    entry.resumeMs = null;
    return underWay ? [] : [{ kind: "send", id: entry.id, entry, leftMs: entry.untilMs - nowMs }];
  }

  #remove(entry) {
    this.#open = this.#open.filter((other) => other !== entry);
    this.#waiting = this.#waiting.filter((other) => other !== entry);
  }
}

module.exports = { Book };
