"use strict";

const { isName, isObject } = require("./checks");
const { objectIn } = require("./json");

const MOST_BOARDS = 4096;
const MOST_DEPLOYMENTS = 64;

const list = (value) => (Array.isArray(value) ? value : []);
const names = (value) => list(value).filter(isName);
const texts = (value) =>
  list(value)
    .map((reason) => reason?.text ?? reason)
    .filter((text) => typeof text === "string");
const number = (value) => (Number.isFinite(value) ? value : 0);
const nameOrNone = (value) => (isName(value) ? value : "");

/** What is known of a fleet: folds retained messages into plain data. Pure. */
class Fleet {
  #boards = new Map();
  #deployments = new Map();
  #hub = null;

  constructor(topics) {
    this.topics = topics;
  }

  /** Takes a message in; an empty payload clears what was retained. Returns whether it says anything. */
  take(topic, payload) {
    const parsed = this.topics.parse(topic);
    const value = payload.length === 0 ? null : objectIn(payload);
    if (parsed === null || value === undefined) {
      return false;
    }
    const [name] = parsed.names;
    switch (parsed.kind) {
      case "state":
        return this.#state(name, value);
      case "orchestrator":
        this.#hub = value;
        return true;
      default:
        return this.#deployment(name, parsed.kind, value);
    }
  }

  #state(name, value) {
    const known = this.#boards.get(name);
    if (value === null) {
      return this.#boards.delete(name);
    }
    if (typeof value.state !== "string" || !Number.isSafeInteger(value.incarnation)) {
      return false;
    }
    // Such as the late will of a process that was started again.
    if (known ? value.incarnation < known.incarnation : this.#boards.size >= MOST_BOARDS) {
      return false;
    }
    this.#boards.set(name, { state: value.state, incarnation: value.incarnation });
    return true;
  }

  #deployment(name, kind, value) {
    if (!this.#deployments.has(name) && (value === null || this.#deployments.size >= MOST_DEPLOYMENTS)) {
      return false;
    }
    const deployment = { ...this.#deployments.get(name), [kind]: value };
    if (deployment.spec || deployment.plan) {
      this.#deployments.set(name, deployment);
    } else {
      this.#deployments.delete(name);
    }
    return true;
  }

  /** The fleet as a message's payload. */
  summary(connected) {
    const sorted = (map) => [...map.keys()].sort();
    const deployments = sorted(this.#deployments).map((name) => this.#summaryOf(name));
    return {
      connected,
      hub: {
        leading: connected && this.#hub?.state === "online",
        id: nameOrNone(this.#hub?.id),
        term: number(this.#hub?.term),
      },
      boards: sorted(this.#boards).map((id) => ({
        id,
        state: this.#boards.get(id).state,
        online: this.#isOnline(id),
        roles: deployments.flatMap((deployment) => rolesOf(deployment, id)),
      })),
      deployments,
    };
  }

  #isOnline(id) {
    return this.#boards.get(id)?.state === "online";
  }

  #summaryOf(name) {
    const { spec, plan } = this.#deployments.get(name);
    const groups = list(plan?.groups)
      .filter(isObject)
      .map((group) => ({ partition: number(group.partition), boards: names(group.agents) }));
    const summary = {
      name,
      strategy: String(plan?.strategy ?? spec?.strategy ?? "rocoin"),
      bundle: String(plan?.bundle ?? spec?.bundle ?? ""),
      deadlineMs: number(spec?.deadlineMs),
      epoch: number(plan?.epoch),
      complete: plan?.complete === true,
      groups,
      fuser: nameOrNone(plan?.fuser),
      standby: nameOrNone(plan?.standby),
      reasons: texts(plan?.reasons),
    };
    return { ...summary, answering: this.#isAnswering(summary) };
  }

  /** Whether frames would be answered now: true before a new plan follows a loss, if a group has another board. */
  #isAnswering({ complete, groups, fuser, standby }) {
    const online = (id) => this.#isOnline(id);
    return complete && groups.every((group) => group.boards.some(online)) && (online(fuser) || online(standby));
  }
}

function rolesOf({ name, strategy, groups, fuser, standby }, id) {
  const computes = strategy === "mdi-exit" ? "segment" : "student";
  const roles = groups
    .filter((group) => group.boards.includes(id))
    .map(({ partition }) => ({ deployment: name, role: computes, partition }));
  if (id === fuser) {
    roles.push({ deployment: name, role: strategy === "mdi-exit" ? "source" : "fuser" });
  }
  if (id === standby) {
    roles.push({ deployment: name, role: "standby" });
  }
  return roles;
}

module.exports = { Fleet };
