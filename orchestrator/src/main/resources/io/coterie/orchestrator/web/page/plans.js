// What plans say, in words.
const groupsOf = (plan) => (Array.isArray(plan?.groups) ? plan.groups : []);
const agentsOf = (group) => (Array.isArray(group?.agents) ? group.agents.map(String) : []);

/** Where each agent of the plan computes: partition by agent. */
export function places(plan) {
  const places = new Map();
  groupsOf(plan).forEach((group) => {
    agentsOf(group).forEach((id) => {
      places.set(id, [...(places.get(id) ?? []), group.partition]);
    });
  });
  return places;
}

/** What a segment or a partition is called. */
export const laneName = (plan, group) =>
  plan.strategy === "mdi-exit" ? `segment ${group.partition + 1}` : `partition ${group.partition}`;

/** How one plan differs from the one before it. */
export function describe(before, after) {
  if (!before) {
    return after.complete ? `complete, K=${after.k}` : "not complete";
  }
  const changes = [];
  if (before.k !== after.k) {
    changes.push(`K=${before.k} becomes K=${after.k}`);
  }
  const old = places(before);
  const young = places(after);
  const sort = (ids) => [...ids].sort();
  for (const id of sort(old.keys())) {
    if (!young.has(id)) {
      changes.push(`${id} leaves`);
    }
  }
  for (const id of sort(young.keys())) {
    const to = young.get(id).join(", ");
    if (!old.has(id)) {
      changes.push(`${id} joins group ${to}`);
    } else if (old.get(id).join(", ") !== to) {
      changes.push(`${id} moves to group ${to}`);
    }
  }
  for (const role of ["fuser", "standby"]) {
    if (before[role] !== after[role] && after[role]) {
      changes.push(`${after[role]} is the ${role}`);
    }
  }
  if (before.complete !== after.complete) {
    changes.push(after.complete ? "complete again" : "not complete");
  }
  return changes.length > 0 ? changes.join(", ") : "same places, other numbers";
}

/** Where the roll-out of another bundle stands; empty where there is none. */
export function rolloutText(plan) {
  const rollout = plan?.rollout;
  if (!rollout) {
    return "";
  }
  const bundle = `bundle ${String(rollout.to).slice(0, 8)}`;
  const counts = `${Number(rollout.frames)} frames, ${Number(rollout.errors)} errors`;
  const because = rollout.reason ? `: ${rollout.reason}` : "";
  if (rollout.stage === "returned") {
    return `${bundle} failed, the one before is back${because}`;
  }
  if (rollout.stage === "rest") {
    return `all boards run ${bundle}, watched: ${counts}${because}`;
  }
  return rollout.board
    ? `${rollout.board} tries ${bundle}: ${counts}${because}`
    : `${bundle} waits for a board to try it${because}`;
}

/** Whether a roll-out went into another stage, or to another board. */
export const isOtherStage = (before, after) =>
  before?.rollout?.stage !== after.rollout?.stage || before?.rollout?.board !== after.rollout?.board;
