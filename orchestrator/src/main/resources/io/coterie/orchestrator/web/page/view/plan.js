// The plan that runs, and why.
import { facts, make, table } from "../dom.js";
import { milliseconds, percent } from "../format.js";
import { list } from "../model.js";
import { laneName, rolloutText } from "../plans.js";

function member(member) {
  const measured = member.measured ? "" : " expected";
  const failure = percent(member.failureProbability, 1);
  return `${member.agent} ${milliseconds(member.latencyMs)}${measured}, fails ${failure}`;
}

function members(group) {
  const known = list(group.members);
  return known.length > 0 ? known.map(member).join("; ") : list(group.agents).join(", ");
}

/** What the plan's section holds. */
export function planContent(deployment) {
  const plan = deployment?.plan;
  if (!plan) {
    return [make("p", { class: "empty" }, deployment ? "No plan yet." : "Nothing is deployed.")];
  }
  const spec = deployment.spec ?? {};
  const mdi = plan.strategy === "mdi-exit";
  const parts = [
    facts([
      ["Epoch", plan.epoch],
      ["Strategy", plan.strategy],
      ["K", plan.k],
      [mdi ? "Source" : "Fuser", plan.fuser || "none"],
      ["Standby", plan.standby || "none"],
      ["Predicted latency", milliseconds(plan.latencyMs)],
      ["Predicted success", percent(plan.successProbability, 2)],
      ["Predicted accuracy", percent(plan.expectedAccuracy, 2)],
      ["Deadline", spec.deadlineMs && `${spec.deadlineMs} ms`],
      ["Goal", spec.goal ?? "accuracy"],
    ]),
  ];
  const rollout = rolloutText(plan);
  if (rollout) {
    parts.push(make("p", { class: "rollout" }, make("b", {}, "Roll-out"), ` ${rollout}`));
  }
  const groups = list(plan.groups);
  if (groups.length > 0) {
    parts.push(
      table(
        "Groups",
        ["Group", "Student", "Success", "Boards"],
        groups.map((group) => [
          laneName(plan, group),
          String(group.student),
          percent(group.successProbability, 2),
          members(group),
        ]),
      ),
    );
  }
  const reasons = list(plan.reasons).map((reason) => make("li", {}, String(reason?.text ?? reason)));
  const others = list(plan.alternatives).map((other) =>
    make("li", {}, `not K=${other.k}: ${other.reason}`),
  );
  if (reasons.length + others.length > 0) {
    parts.push(make("h3", {}, "Reasons"), make("ul", { class: "reasons" }, ...reasons, ...others));
  }
  return parts;
}
