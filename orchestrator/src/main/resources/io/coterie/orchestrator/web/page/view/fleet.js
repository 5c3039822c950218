// Boards in the groups of the plan.
import { facts, make, openDialog, say, table } from "../dom.js";
import { firstShare } from "../figures.js";
import { count, metric, milliseconds, percent } from "../format.js";
import { list } from "../model.js";
import { laneName } from "../plans.js";

/** What a board's latest report says that it takes for this deployment's portion. */
function latencyOf(agent, deployment) {
  // Not the spec's: a new bundle may still be on trial.
  const bundle = deployment?.plan?.bundle ?? deployment?.spec?.bundle;
  const models = list(agent.report?.models).filter((m) => m.bundle === bundle && m.frames > 0);
  return models.length === 0 ? null : models.reduce((sum, m) => sum + Number(m.latencyMs), 0);
}

function queueOf(agent) {
  const piped = list(agent.report?.pipelines).reduce((sum, p) => sum + p.queued + p.outgoing, 0);
  return agent.report ? Number(agent.report.queued) + piped : null;
}

/** board-2 before board-10. */
const byName = new Intl.Collator("en", { numeric: true }).compare;

/** Where the id belongs among those that are in order. */
function placeOf(ids, id) {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byName(ids[middle], id) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

class Tile {
  constructor(id, open) {
    this.name = make("span", { class: "name" }, id);
    this.badges = make("span", { class: "badges" });
    this.status = make("span", { class: "status" });
    this.numbers = make("span", {
      class: "numbers",
      title: "time for a frame, frames that wait, share of the last frames it gave the first portion of",
    });
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

  /** @param release of its software, where it is not the hub's */
  update(agent, deployment, release) {
    const plan = deployment?.plan;
    this.node.dataset.state = ["online", "offline", "draining", "stopped"].includes(agent.state)
      ? agent.state
      : "unknown";
    const roles = ["fuser", "standby"].filter((role) => plan?.[role] === agent.id);
    if (plan?.rollout?.stage === "canary" && plan.rollout.board === agent.id) {
      roles.push("canary");
    }
    if (release) {
      roles.push(release);
    }
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

/** Time for new tiles in one frame of the screen; the rest come with the next ones. */
const FILL_MS = 4;

export class FleetView {
  constructor(root, summary, model) {
    this.root = root;
    this.summary = summary;
    this.model = model;
    this.tiles = new Map();
    /** The boards that are in no group: ids in order, their tiles, and who has no tile yet. */
    this.spare = { ids: [], tiles: null, note: null, pending: [] };
  }

  /** Where everybody is; needed when there is another plan. */
  layout(deployment) {
    const plan = deployment?.plan;
    this.seen = new Set();
    const lanes = list(plan?.groups).map((group) => this.lane(deployment, group));
    const helpers = [plan?.fuser, plan?.standby].filter(
      (id, i, all) => this.model.agents.has(id) && !this.seen.has(id) && all.indexOf(id) === i,
    );
    if (helpers.length > 0) {
      const title = helpers.includes(plan.fuser) ? "Fuser" : "Standby";
      lanes.push(this.box(plan.strategy === "mdi-exit" ? "Source" : title, helpers, "aside"));
    }
    const focused = document.activeElement?.dataset?.agent;
    lanes.push(this.spareBox(plan ? "Not in this plan" : "Boards"));
    this.root.replaceChildren(...lanes);
    this.fill(deployment);
    if (focused) {
      this.tiles.get(focused)?.node.focus();
    }
    this.update(this.model.agents.keys(), deployment);
  }

  spareBox(title) {
    const ids = [...this.model.agents.keys()].filter((id) => !this.seen.has(id)).sort(byName);
    const box = this.box(title, [], "");
    this.spare = {
      ids: [],
      tiles: box.querySelector(".tiles"),
      note: box.querySelector("small"),
      // From the end, because the last one is taken first.
      pending: ids.reverse(),
    };
    this.spare.box = box;
    return box;
  }

  /** Boards came or went while the plan is as it was. */
  changed(ids, deployment) {
    const known = new Set([...this.spare.ids, ...this.spare.pending]);
    for (const id of ids) {
      if (this.model.agents.has(id) && !this.seen.has(id) && !known.has(id)) {
        this.spare.pending.push(id);
      }
    }
    const isThere = (id) => this.model.agents.has(id);
    for (const id of [...this.tiles.keys()].filter((id) => !isThere(id))) {
      this.tiles.get(id).node.remove();
      this.tiles.delete(id);
    }
    this.spare.ids = this.spare.ids.filter(isThere);
    this.spare.pending = this.spare.pending.filter(isThere);
    this.fill(deployment);
    this.update(ids, deployment);
  }

  /** Gives tiles to boards that have none, as many as one frame has time for. */
  fill(deployment) {
    const { ids, pending, tiles, note, box } = this.spare;
    const until = performance.now() + FILL_MS;
    this.release = this.hubRelease();
    while (pending.length > 0 && performance.now() < until) {
      const id = pending.pop();
      const at = placeOf(ids, id);
      tiles.insertBefore(this.tile(id).node, tiles.children[at] ?? null);
      ids.splice(at, 0, id);
      this.refresh(this.tile(id), id, deployment);
    }
    const count = ids.length + pending.length;
    say(note, count > 1 ? String(count) : "");
    box.hidden = count === 0 && this.model.agents.size > 0;
    if (this.model.agents.size === 0) {
      say(note, "none has announced itself; start one with: coterie agent --id NAME");
    }
  }

  lane(deployment, group) {
    const ids = list(group.agents).map(String);
    const success = percent(group.successProbability, 2);
    const box = this.box(laneName(deployment.plan, group), ids, "");
    say(box.querySelector("small"), `${String(group.student)} · success ${success}`);
    return box;
  }

  /** A board with several students stands in the first of its groups, and is named in the others. */
  box(title, ids, place) {
    const tiles = make("div", { class: "tiles" });
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
      { class: `lane ${place}` },
      make("h3", {}, title, make("small")),
      tiles,
    );
  }

  tile(id) {
    if (!this.tiles.has(id)) {
      this.tiles.set(id, new Tile(id, (agent) => this.open(agent)));
    }
    return this.tiles.get(id);
  }

  refresh(tile, id, deployment) {
    const agent = this.model.agents.get(id);
    const own = agent.capability?.software;
    const differs = this.release && own && own !== this.release;
    tile?.update(agent, deployment, differs ? `release ${own}` : "");
  }

  /** What boards should run: the release of the hub's own agent; empty where it has none. */
  hubRelease() {
    for (const agent of this.model.agents.values()) {
      if (agent.capability?.hub && agent.state === "online") {
        return String(agent.capability.software);
      }
    }
    return "";
  }

  update(ids, deployment) {
    this.release = this.hubRelease();
    for (const id of ids) {
      const agent = this.model.agents.get(id);
      if (agent) {
        this.refresh(this.tiles.get(id), id, deployment);
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
