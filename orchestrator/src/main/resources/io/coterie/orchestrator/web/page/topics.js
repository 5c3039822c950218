// The topics that the page listens to, as in docs/protocol.md.
const NAME = "[A-Za-z0-9._-]{1,64}";

const PATTERNS = [
  ["state", `agents/(${NAME})/state`],
  ["capability", `agents/(${NAME})/capability`],
  ["report", `agents/(${NAME})/report`],
  ["spec", `deployments/(${NAME})/spec`],
  ["plan", `deployments/(${NAME})/plan`],
  ["result", `deployments/(${NAME})/result/(${NAME})`],
  ["orchestratorState", "orchestrator/state"],
].map(([kind, pattern]) => [kind, new RegExp(`^${pattern}$`)]);

/** Whether the text can be the name of a deployment. */
export const isName = (text) => new RegExp(`^${NAME}$`).test(text);

/** Kind and names of a topic; null where it is none that the page listens to. */
export function parse(base, topic) {
  if (!topic.startsWith(`${base}/`)) {
    return null;
  }
  const below = topic.slice(base.length + 1);
  for (const [kind, pattern] of PATTERNS) {
    const match = pattern.exec(below);
    if (match) {
      return { kind, names: match.slice(1) };
    }
  }
  return null;
}

/** What a viewer may subscribe to and the page needs, with the QoS: what is told again and again may get lost. */
export const filters = (base) =>
  Object.fromEntries(
    [
      ["agents/+/state", 1],
      ["agents/+/capability", 0],
      ["agents/+/report", 0],
      ["deployments/+/spec", 1],
      ["deployments/+/plan", 1],
      ["deployments/+/result/+", 0],
      ["orchestrator/state", 0],
    ].map(([filter, qos]) => [`${base}/${filter}`, { qos }]),
  );
