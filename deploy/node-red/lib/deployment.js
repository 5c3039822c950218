"use strict";

const { readBundle } = require("./bundles");
const { objectIn } = require("./json");
const { Problem } = require("./problem");
const { serves, merged } = require("./specs");

const DIGEST = /^[0-9a-f]{64}$/;
const RETAINED = { retain: true };

/** What is retained has come by then. */
const HEARD_MS = 500;

/** A spec that changes nothing has no new plan; one that does has it by then. */
const PLANNED_MS = 1000;

/** One deployment as seen from outside: publishes what is wanted, follows the plans. One spec at a time. */
class Deployment {
  #spec = null;
  #plan = null;
  #heard = false;
  #timer = null;
  #reason = "";
  #waiters = new Set();

  constructor({ topics, connection, name }) {
    Object.assign(this, { topics, connection, name });
  }

  get filters() {
    return { [this.topics.spec(this.name)]: { qos: 1 }, [this.topics.plan(this.name)]: { qos: 1 } };
  }

  message(topic, payload) {
    const value = payload.length === 0 ? null : objectIn(payload);
    if (value === undefined) {
      return;
    }
    if (topic === this.topics.spec(this.name)) {
      this.#spec = value;
    } else {
      this.#plan = value;
    }
    this.#wake();
  }

  up() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#heard = true;
      this.#wake();
    }, HEARD_MS);
  }

  down(reason) {
    this.#reason = reason;
    clearTimeout(this.#timer);
    this.#heard = false;
    this.#spec = null;
    this.#plan = null;
  }

  /**
   * Publishes what is wanted, with the bundle's files where the bundle is a folder, and waits for a complete plan.
   *
   * @returns {spec, plan}
   */
  async deploy(configured, asked, timeoutMs) {
    const untilMs = performance.now() + timeoutMs;
    await this.#hearing(untilMs, timeoutMs);
    const bundle = asked.bundle ?? configured.bundle;
    const folder = bundle !== undefined && !DIGEST.test(bundle) ? await readBundle(String(bundle)) : null;
    const named = folder === null ? asked : { ...asked, bundle: folder.digest };
    const spec = merged(this.#spec, configured, named);
    for (const [digest, bytes] of folder?.files ?? []) {
      await this.#publish(this.topics.model(digest), bytes);
    }
    const before = this.#plan;
    await this.#publish(this.topics.spec(this.name), JSON.stringify(spec));
    await this.#planned(spec, before, untilMs);
    return { spec, plan: this.#plan };
  }

  /** Waits for a complete plan, another than the one before if that comes soon. */
  #planned(spec, before, untilMs) {
    let settled = false;
    setTimeout(() => {
      settled = true;
      this.#wake();
    }, PLANNED_MS);
    const runs = () => serves(this.#plan, spec) && this.#plan.complete === true && (settled || this.#plan !== before);
    return this.#await(runs, untilMs, () => this.#incomplete(spec));
  }

  /** Takes the deployment back, and waits until it has no plan any more. */
  async remove(timeoutMs) {
    const untilMs = performance.now() + timeoutMs;
    await this.#hearing(untilMs, timeoutMs);
    await this.#publish(this.topics.spec(this.name), "");
    await this.#await(() => this.#plan === null, untilMs, () => new Problem("still-planned", { value: this.name }));
    return { spec: null, plan: null };
  }

  /** Waits until what is retained has been heard. */
  #hearing(untilMs, timeoutMs) {
    const problem = () => new Problem("no-broker", { value: timeoutMs, reason: this.#reason });
    return this.#await(() => this.#heard, untilMs, problem);
  }

  #incomplete(spec) {
    const reasons = serves(this.#plan, spec) && Array.isArray(this.#plan.reasons) ? this.#plan.reasons : [];
    return reasons.length === 0
      ? new Problem("no-plan", { value: this.name })
      : new Problem("incomplete-plan", { value: this.name, reason: reasons.map((reason) => String(reason?.text ?? reason)).join("; ") });
  }

  async #publish(topic, payload) {
    try {
      await this.connection.publish(topic, payload, RETAINED);
    } catch (error) {
      throw error instanceof Problem ? error : new Problem("publish-refused", { value: topic, reason: error.message });
    }
  }

  /** Waits until the condition holds, which is looked at after every message. */
  #await(condition, untilMs, problem) {
    return new Promise((resolve, reject) => {
      const finish = (how, value) => {
        clearTimeout(timer);
        this.#waiters.delete(look);
        how(value);
      };
      const look = () => condition() && finish(resolve);
      const timer = setTimeout(() => finish(reject, problem()), untilMs - performance.now());
      this.#waiters.add(look);
      look();
    });
  }

  #wake() {
    [...this.#waiters].forEach((look) => look());
  }
}

module.exports = { Deployment };
