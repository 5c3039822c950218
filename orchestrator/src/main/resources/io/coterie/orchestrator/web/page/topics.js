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

/** What a viewer may subscribe to and the page needs. */
export const filters = (base) =>
  [
    "agents/+/state",
    "agents/+/capability",
    "agents/+/report",
    "deployments/+/spec",
    "deployments/+/plan",
    "deployments/+/result/+",
    "orchestrator/state",
  ].map((filter) => `${base}/${filter}`);
