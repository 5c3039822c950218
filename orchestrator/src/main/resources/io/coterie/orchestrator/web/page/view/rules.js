// Fields of the rules that only some strategies have.
import { choice, field, make } from "../dom.js";

const JUDGING_PAIRS = ["feature-difference", "cosine"];
const JUDGING_ONE = ["max-softmax", "entropy"];

function number(label, name, value, limits, hint) {
  return field(label, { type: "number", name, step: "any", value: value === undefined || value === null ? "" : String(value), ...limits }, hint);
}

/** An empty field is nothing. */
function read(input) {
  return input.value === "" ? undefined : Number(input.value);
}

/** When frames leave early. */
function exitFields(strategy, rule) {
  const pipelined = strategy === "mdi-exit";
  const policies = pipelined ? JUDGING_ONE : [...JUDGING_PAIRS, ...JUDGING_ONE];
  const policy = choice("Exit policy", "policy", policies, rule.policy ?? policies[0]);
  const loss = number("Accuracy may drop, in points", "loss", Number(((rule.maxAccuracyLoss ?? 0.005) * 100).toPrecision(9)), { min: "0", max: "100", required: true });
  const target = number("Latency target in ms", "target", rule.latencyTargetMs, { min: "0.001" }, "95 % of the frames stay under it, within the drop above; empty for none");
  const threshold = number("Fixed threshold", "threshold", rule.threshold, { min: "0", max: "2" }, "in place of both; empty for none");
  const mode = choice("While an exit is judged, boards", "mode", ["continue", "wait"], rule.mode ?? "continue");
  return {
    rows: pipelined ? [policy.row, loss.row, threshold.row] : [policy.row, loss.row, target.row, threshold.row, mode.row],
    read: () => ({
      ...rule,
      policy: policy.select.value,
      maxAccuracyLoss: Number(loss.input.value) / 100,
      latencyTargetMs: pipelined ? undefined : read(target.input),
      threshold: read(threshold.input),
      mode: mode.select.value,
    }),
  };
}

/** How a pipeline is run. */
function pipelineFields(rule) {
  const topologies = rule.topology === "list" ? ["list", "mesh", "ring"] : ["mesh", "ring"];
  const topology = choice("Topology", "topology", topologies, rule.topology ?? "mesh");
  const source = field("Source", { type: "text", name: "source", maxlength: "64", autocomplete: "off", value: rule.source ?? "" }, "the board that takes frames in; empty for the strongest");
  const admission = choice("Too many frames change the", "admission", ["rate", "threshold"], rule.admission ?? "rate");
  return {
    rows: [topology.row, source.row, admission.row],
    read: () => ({
      ...rule,
      topology: topology.select.value,
      neighbours: topology.select.value === "list" ? rule.neighbours : {},
      source: source.input.value,
      admission: admission.select.value,
    }),
  };
}

/** Fields that follow the strategy; read() gives their part of the spec. */
export function rules(spec) {
  const box = make("div", { class: "rules" });
  let reads = [];
  const show = (strategy) => {
    const parts = [];
    if (strategy !== "rocoin") {
      const known = strategy === spec.strategy ? spec.exitRule ?? {} : {};
      parts.push({ name: "exitRule", ...exitFields(strategy, known) });
    }
    if (strategy === "mdi-exit") {
      parts.push({ name: "pipeline", ...pipelineFields(spec.pipeline ?? {}) });
    }
    box.replaceChildren(...parts.flatMap((part) => part.rows));
    reads = parts;
  };
  show(spec.strategy);
  return { box, show, read: () => Object.fromEntries(reads.map((part) => [part.name, part.read()])) };
}
