// What the page knows of the fleet: folds MQTT messages into plain data. Knows nothing of the DOM,
// of MQTT clients or of clocks; times come as arguments, in milliseconds.
import { Seconds } from "./seconds.js";
import { describe, isOtherStage, rolloutText } from "./plans.js";
import { parse } from "./topics.js";

const MOST_AGENTS = 4096;
const MOST_DEPLOYMENTS = 64;
const MOST_EVENTS = 200;
const MOST_LOGS = 500;
/** Results of which it is counted who answered first. */
const RECENT = 200;
/** A plan that comes this long after a loss is taken for its answer. */
const ANSWER_MS = 10_000;

/** A list whatever a payload has there. */
export const list = (value) => (Array.isArray(value) ? value : []);

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

export class Model {
  constructor(base) {
    this.base = base;
    this.agents = new Map();
    this.deployments = new Map();
    this.orchestrator = null;
    this.events = [];
    this.logs = [];
    this.ignored = 0;
    /** Names of what changed since somebody looked: "fleet", "plans", "results", "events", "logs". */
    this.dirty = new Set();
    /** Agents that changed since somebody looked. */
    this.dirtyAgents = new Set();
    this.heard = null;
    this.lastLoss = null;
  }

  /** Takes a message in. An empty payload clears what was retained. */
  take(topic, text, retained, nowMs) {
    const parsed = parse(this.base, topic);
    if (parsed === null) {
      return;
    }
    this.heard?.add(topic);
    let value = null;
    if (text !== "") {
      try {
        value = JSON.parse(text);
      } catch {
        value = undefined;
      }
      if (!isObject(value)) {
        this.ignored++;
        return;
      }
    }
    this[parsed.kind](parsed.names, value, retained, nowMs);
  }

  /** A connection stands: what is not heard until {@link #forgetUnheard} is not there any more. */
  beginHearing() {
    this.heard = new Set();
  }

  forgetUnheard(nowMs) {
    const heard = this.heard ?? new Set();
    this.heard = null;
    for (const id of [...this.agents.keys()]) {
      if (!heard.has(`${this.base}/agents/${id}/state`)) {
        this.state([id], null, true, nowMs);
      }
    }
    for (const name of [...this.deployments.keys()]) {
      for (const kind of ["spec", "plan"]) {
        if (!heard.has(`${this.base}/deployments/${name}/${kind}`)) {
          this[kind]([name], null, true, nowMs);
        }
      }
    }
  }

  agent(id) {
    if (!this.agents.has(id) && this.agents.size < MOST_AGENTS) {
      this.agents.set(id, {
        id,
        state: "unknown",
        incarnation: 0,
        capability: null,
        report: null,
        messages: "",
      });
      this.dirty.add("fleet");
    }
    return this.agents.get(id);
  }

  deployment(name) {
    if (!this.deployments.has(name) && this.deployments.size < MOST_DEPLOYMENTS) {
      this.deployments.set(name, {
        name,
        spec: null,
        plan: null,
        seconds: new Seconds(),
        recent: [],
        firsts: new Map(),
        lastResult: null,
      });
      this.dirty.add("plans");
    }
    return this.deployments.get(name);
  }

  state([id], value, retained, nowMs) {
    if (value === null) {
      this.agents.delete(id);
      this.dirty.add("fleet");
      return;
    }
    const agent = this.agent(id);
    if (!agent || !(value.incarnation >= agent.incarnation)) {
      return; // Such as the late will of a process that was started again.
    }
    const before = agent.state;
    agent.state = String(value.state);
    agent.incarnation = value.incarnation;
    this.dirtyAgents.add(id);
    this.dirty.add("vitals");
    if (retained || before === agent.state) {
      return;
    }
    if (agent.state === "offline") {
      this.lastLoss = { id, at: nowMs };
    }
    this.event(nowMs, agent.state === "offline" ? "lost" : agent.state, {
      agent: id,
      text: agent.state === "offline" ? "is gone: the broker published its will" : wordOf(agent),
    });
  }

  capability([id], value) {
    const agent = value === null ? this.agents.get(id) : this.agent(id);
    if (agent) {
      agent.capability = value;
      this.dirtyAgents.add(id);
    }
  }

  report([id], value, retained, nowMs) {
    const agent = this.agents.get(id);
    if (!agent || value === null) {
      return;
    }
    agent.report = value;
    this.dirtyAgents.add(id);
    const messages = list(value.messages).map(String);
    const joined = messages.join("\n");
    if (joined !== agent.messages) {
      agent.messages = joined;
      const lines = messages.length > 0 ? messages : ["all is well again"];
      lines.forEach((text) => this.logs.unshift({ at: nowMs, agent: id, text }));
      this.logs.length = Math.min(this.logs.length, MOST_LOGS);
      this.dirty.add("logs");
    }
  }

  spec([name], value, retained, nowMs) {
    const deployment = value === null ? this.deployments.get(name) : this.deployment(name);
    if (!deployment) {
      return;
    }
    deployment.spec = value;
    this.forgetEnded(deployment);
    this.dirty.add("plans");
    if (!retained) {
      const text = value === null ? "is to end" : "has new objectives";
      this.event(nowMs, "spec", { deployment: name, text });
    }
  }

  plan([name], value, retained, nowMs) {
    const deployment = value === null ? this.deployments.get(name) : this.deployment(name);
    if (!deployment) {
      return;
    }
    const before = deployment.plan;
    deployment.plan = value;
    this.forgetEnded(deployment);
    this.dirty.add("plans");
    if (retained || value === null) {
      return;
    }
    if (isOtherStage(before, value)) {
      const text = rolloutText(value) || "the new bundle has proved itself";
      this.event(nowMs, "rollout", { deployment: name, text });
    }
    if (value.epoch === before?.epoch) {
      return;
    }
    const loss = this.lastLoss;
    const answers = loss !== null && nowMs - loss.at < ANSWER_MS;
    this.event(nowMs, "plan", {
      deployment: name,
      epoch: value.epoch,
      text: describe(before, value),
      after: answers ? { agent: loss.id, ms: nowMs - loss.at } : null,
    });
    this.lastLoss = null;
  }

  forgetEnded(deployment) {
    if (deployment.spec === null && deployment.plan === null) {
      this.deployments.delete(deployment.name);
    }
  }

  orchestratorState(names, value, retained, nowMs) {
    const before = this.orchestrator;
    this.orchestrator = value;
    this.dirty.add("vitals");
    const same =
      before?.id === value?.id && before?.state === value?.state && before?.term === value?.term;
    if (!retained && value !== null && !same) {
      const text =
        value.state === "online" ? `leads with term ${value.term}` : `is ${String(value.state)}`;
      this.event(nowMs, "leader", { agent: String(value.id), text });
    }
  }

  result([name, source], value, retained, nowMs) {
    const deployment = this.deployments.get(name);
    if (!deployment || value === null) {
      return;
    }
    deployment.seconds.add(String(value.status), Number(value.latencyMs), nowMs);
    deployment.lastResult = { value, source, at: nowMs };
    this.countFirsts(deployment, list(value.agents).map(String));
    this.dirty.add("results");
  }

  /** Who is named in a result gave the first portion of its partition. */
  countFirsts(deployment, agents) {
    const change = (names, by) =>
      new Set(names).forEach((id) => {
        deployment.firsts.set(id, (deployment.firsts.get(id) ?? 0) + by);
      });
    change(agents, 1);
    deployment.recent.push(agents);
    if (deployment.recent.length > RECENT) {
      change(deployment.recent.shift(), -1);
    }
  }

  event(at, kind, rest) {
    this.events.unshift({ at, kind, ...rest });
    this.events.length = Math.min(this.events.length, MOST_EVENTS);
    this.dirty.add("events");
  }

  /** What changed since the last call. */
  takeChanges() {
    const changes = { what: this.dirty, agents: this.dirtyAgents };
    this.dirty = new Set();
    this.dirtyAgents = new Set();
    return changes;
  }
}

function wordOf(agent) {
  return agent.state === "online"
    ? "is online"
    : agent.state === "draining"
      ? "drains"
      : agent.state === "stopped"
        ? "stopped in good order"
        : `says that it is ${agent.state}`;
}
