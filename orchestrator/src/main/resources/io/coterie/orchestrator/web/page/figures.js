// What the model comes to: shares, rates, and whether frames can be answered.
import { list } from "./model.js";
import { percentile } from "./seconds.js";

/** The share of the last frames of which the agent gave a portion first, 0 to 1. */
export function firstShare(deployment, id) {
  const frames = deployment.recent.length;
  return frames === 0 ? 0 : (deployment.firsts.get(id) ?? 0) / frames;
}

/** Seconds that vital figures are taken from. */
const VITAL_SECONDS = 5;

/** Frames per second and latencies of the last seconds, of those that were listened to in full. */
export function vitals(deployment, nowMs) {
  const since = deployment.seconds.since;
  const last = deployment.seconds
    .last(VITAL_SECONDS, nowMs)
    .filter((second) => since !== null && second.second > since);
  const latencies = last.flatMap((second) => second.latencies);
  const frames = last.reduce((sum, second) => sum + second.frames, 0);
  const answered = last.reduce((sum, second) => sum + second.ok + second.degraded, 0);
  return {
    perSecond: last.length === 0 ? null : frames / last.length,
    answeredShare: frames === 0 ? null : answered / frames,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
  };
}

/** Whether frames can be answered: in a word, and why not. */
export function readiness(model, deployment) {
  const plan = deployment?.plan;
  if (!plan) {
    return { word: "no plan", good: false };
  }
  if (!plan.complete) {
    return { word: "incomplete", good: false };
  }
  const online = (id) => model.agents.get(id)?.state === "online";
  const bare = list(plan.groups).find((group) => !list(group.agents).some(online));
  if (bare) {
    return { word: `partition ${bare.partition} is lost`, good: false };
  }
  return online(plan.fuser) || online(plan.standby)
    ? { word: "answering", good: true }
    : { word: "fuser is lost", good: false };
}
