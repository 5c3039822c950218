// Boards in the groups of the plan.
import { facts, make, openDialog, say, table } from "../dom.js";
import { count, metric, milliseconds, percent } from "../format.js";
import { firstShare, list } from "../model.js";
import { laneName, places } from "../plans.js";

/** What a board's latest report says that it takes for this deployment's portion. */
function latencyOf(agent, deployment) {
  const bundle = deployment?.spec?.bundle;
  const models = list(agent.report?.models).filter((m) => m.bundle === bundle && m.frames > 0);
  return models.length === 0 ? null : models.reduce((sum, m) => sum + Number(m.latencyMs), 0);
}

function queueOf(agent) {
  const piped = list(agent.report?.pipelines).reduce((sum, p) => sum + p.queued + p.outgoing, 0);
  return agent.report ? Number(agent.report.queued) + piped : null;
}

class Tile {
  constructor(id, open) {
    this.name = make("span", { class: "name" }, id);
    this.badges = make("span", { class: "badges" });
    this.status = make("span", { class: "status" });
    this.numbers = make("span", { class: "numbers" });
    this.bar = make("span", { class: "fill" });
    this.node = make(
      "button",
      { type: "button", class: "tile", "data-agent": id },
      this.name,
      this.badges,
      this.status,
      this.numbers,
      make("span", { class: "bar", "aria-hidden": "true" }, this.bar),
    );
    this.node.addEventListener("click", () => open(id));
  }

  update(agent, deployment) {
    const plan = deployment?.plan;
    this.node.dataset.state = ["online", "offline", "draining", "stopped"].includes(agent.state)
      ? agent.state
      : "unknown";
    const roles = ["fuser", "standby"].filter((role) => plan?.[role] === agent.id);
    if (plan?.strategy === "mdi-exit" && roles[0] === "fuser") {
      roles[0] = "source";
    }
    if (this.badges.dataset.roles !== roles.join()) {
      this.badges.dataset.roles = roles.join();
      this.badges.replaceChildren(...roles.map((role) => make("span", { class: "badge" }, role)));
    }
    say(this.status, agent.state);
    const share = deployment ? firstShare(deployment, agent.id) : 0;
    const queue = queueOf(agent);
    const latency = latencyOf(agent, deployment);
    const parts = [];
    if (latency !== null) {
      parts.push(milliseconds(latency));
    }
    if (queue !== null) {
      parts.push(`queue ${count(queue)}`);
    }
    if (latency !== null || share > 0) {
      parts.push(`first ${percent(share)}`);
    }
    say(this.numbers, parts.length > 0 ? parts.join(" · ") : "no report yet");
    this.node.classList.toggle("computes", latency !== null || share > 0);
    this.bar.style.transform = `scaleX(${share.toFixed(3)})`;
  }
}

export class FleetView {
  constructor(root, summary, model) {
    this.root = root;
    this.summary = summary;
    this.model = model;
    this.tiles = new Map();
  }

  /** Where everybody is; needed when there is another plan or another board. */
  layout(deployment) {
    const plan = deployment?.plan;
    this.seen = new Set();
    const placed = places(plan);
    const lanes = list(plan?.groups).map((group) => this.lane(deployment, group));
    const rest = [...this.model.agents.keys()].filter((id) => !placed.has(id)).sort();
    const helpers = rest.filter((id) => plan && (id === plan.fuser || id === plan.standby));
    const spare = rest.filter((id) => !helpers.includes(id));
    if (helpers.length > 0) {
      lanes.push(this.box(plan.strategy === "mdi-exit" ? "Source" : "Fuser", "", helpers));
    }
    if (spare.length > 0) {
      lanes.push(this.box(plan ? "Not in this plan" : "Boards", `${spare.length}`, spare));
    }
    for (const id of [...this.tiles.keys()]) {
      if (!this.model.agents.has(id)) {
        this.tiles.delete(id);
      }
    }
    const focused = document.activeElement?.dataset?.agent;
    this.root.replaceChildren(...lanes);
    if (lanes.length === 0) {
      this.root.append(
        make("p", { class: "empty" }, "No board has announced itself. Start one: coterie agent --id NAME"),
      );
    }
    if (focused) {
      this.tiles.get(focused)?.node.focus();
    }
    this.update(this.model.agents.keys(), deployment);
  }

  lane(deployment, group) {
    const ids = list(group.agents).map(String);
    const title = laneName(deployment.plan, group);
    const success = percent(group.successProbability, 2);
    return this.box(title, `${String(group.student)} · success ${success}`, ids);
  }

  box(title, note, ids) {
    const tiles = make("div", { class: "tiles" });
    // A board with several students stands in the first of its groups, and is named in the others.
    ids.forEach((id) => {
      if (!this.model.agents.has(id)) {
        tiles.append(make("span", { class: "also" }, `${id} was not heard of`));
      } else if (this.seen.has(id)) {
        tiles.append(make("span", { class: "also" }, `${id} too`));
      } else {
        this.seen.add(id);
        tiles.append(this.tile(id).node);
      }
    });
    return make(
      "section",
      { class: "lane" },
      make("h3", {}, title, make("small", {}, note)),
      tiles,
    );
  }

  tile(id) {
    if (!this.tiles.has(id)) {
      this.tiles.set(id, new Tile(id, (agent) => this.open(agent)));
    }
    return this.tiles.get(id);
  }

  update(ids, deployment) {
    for (const id of ids) {
      const agent = this.model.agents.get(id);
      if (agent) {
        this.tile(id).update(agent, deployment);
      }
    }
    let online = 0;
    this.model.agents.forEach((agent) => (online += agent.state === "online" ? 1 : 0));
    say(this.summary, `${online} of ${this.model.agents.size} online`);
  }

  open(id) {
    const agent = this.model.agents.get(id);
    if (!agent) {
      return;
    }
    const c = agent.capability ?? {};
    const models = list(agent.report?.models);
    const messages = list(agent.report?.messages).map((text) => make("li", {}, String(text)));
    openDialog(
      id,
      facts([
        ["State", agent.state],
        ["Hardware", c.hardware],
        ["Architecture", c.arch],
        ["Software", c.software],
        ["Cores", c.cores],
        ["Memory for models", c.memoryBytes && metric(c.memoryBytes, "B")],
        ["Speed", c.flopsPerSecond && metric(c.flopsPerSecond, "FLOP/s")],
        ["Uplink", c.uplinkBitsPerSecond && metric(c.uplinkBitsPerSecond, "bit/s")],
        ["Incarnation", agent.incarnation],
        ["Dropped frames", agent.report?.droppedFrames],
        ["Failed inferences", agent.report?.failures],
      ]),
      models.length === 0
        ? make("p", { class: "empty" }, "Runs no student.")
        : table(
            "Students",
            ["Student", "K", "Partition", "Latency", "Frames"],
            models.map((m) => [
              String(m.student),
              String(m.k),
              String(m.partition),
              milliseconds(m.latencyMs),
              count(m.frames),
            ]),
          ),
      messages.length === 0
        ? make("p", { class: "empty" }, "Says nothing that needs attention.")
        : make("ul", {}, ...messages),
    );
  }
}
