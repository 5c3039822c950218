// Forms that change what runs. The broker decides who may.
import { choice, field, make, openDialog, say } from "../dom.js";
import { isName } from "../topics.js";
import { rules } from "./rules.js";

const GOALS = ["accuracy", "latency", "replicas"];
const ROLLOUTS = ["staged", "at-once"];
const STRATEGIES = ["rocoin", "distree", "mdi-exit"];

/** The fields that both forms share, and what they come to. */
function specFields(spec) {
  const deadline = field("Deadline in ms", { type: "number", name: "deadline", min: "1", max: "60000", step: "1", required: true, value: String(spec.deadlineMs) });
  const success = field("Success of each group", { type: "number", name: "success", min: "0", max: "0.9999", step: "any", required: true, value: String(spec.successProbability) }, "0 to 0.9999: how surely it gives its portion");
  const goal = choice("Goal", "goal", GOALS, spec.goal ?? "accuracy");
  const budget = field("Students in all", { type: "number", name: "budget", min: "0", step: "1", value: String(spec.replicaBudget ?? 0) }, "counts with the goal replicas");
  const state = choice("State", "state", ["running", "paused"], spec.paused ? "paused" : "running");
  const hedge = field("Standby waits, in ms", { type: "number", name: "hedge", min: "0", max: "60000", step: "1", value: String(spec.hedgeMs ?? 300) });
  const extra = rules(spec);
  return {
    rows: [deadline.row, success.row, goal.row, budget.row, hedge.row, state.row, extra.box],
    follow: extra.show,
    read: () => {
      const replicaBudget = Number(budget.input.value);
      if (goal.select.value === "replicas" && replicaBudget < 1) {
        throw new Error("the goal replicas needs a number of students in all, 1 or more");
      }
      return {
        ...spec,
        // Another version of the spec than the one that had this name.
        generation: undefined,
        deadlineMs: Number(deadline.input.value),
        successProbability: Number(success.input.value),
        goal: goal.select.value,
        replicaBudget,
        hedgeMs: Number(hedge.input.value),
        paused: state.select.value === "paused",
        ...extra.read(),
      };
    },
  };
}

function form(title, rows, buttons, submit) {
  const status = make("p", { role: "status", class: "hint" });
  const whole = make("form", { method: "dialog" }, ...rows, status, make("div", { class: "buttons" }, ...buttons));
  const dialog = openDialog(title, whole);
  const run = async (action) => {
    say(status, "…");
    try {
      await action((text) => say(status, text));
      dialog.close();
    } catch (error) {
      say(status, error.message);
    }
  };
  whole.addEventListener("submit", (event) => {
    event.preventDefault();
    run(submit);
  });
  return run;
}

/** Changes or ends a deployment; retain(topic below the base, payload) publishes. */
export function openObjectives(deployment, retain) {
  const { rows, read } = specFields(deployment.spec);
  const topic = `deployments/${deployment.name}/spec`;
  const end = make("button", { type: "button", class: "danger" }, "End this deployment");
  const save = make("button", { type: "submit", class: "primary" }, "Change");
  const run = form(`Objectives of ${deployment.name}`, rows, [end, save], () =>
    retain(topic, JSON.stringify(read())),
  );
  end.addEventListener("click", () => {
    if (end.dataset.sure) {
      run(() => retain(topic, ""));
    } else {
      end.dataset.sure = "yes";
      say(end, `End ${deployment.name}: sure?`);
    }
  });
}

async function digestOf(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Teachers and whole networks stay at home. */
function undeployed(manifest) {
  const pipelines = Array.isArray(manifest.pipelines) ? manifest.pipelines : [];
  return new Set([
    manifest.teacher?.model?.sha256,
    ...pipelines.map((pipeline) => pipeline?.whole?.sha256),
  ]);
}

/** Publishes a bundle's files, the manifest last; returns the manifest's digest. */
export async function publishBundle(files, retain, progress) {
  const manifestFile = files.find((file) => file.name === "bundle.json");
  if (!manifestFile) {
    throw new Error("this folder has no bundle.json: choose a bundle's folder");
  }
  if (!crypto.subtle) {
    throw new Error("this browser computes digests on https or localhost only: open the page there");
  }
  const manifestBytes = new Uint8Array(await manifestFile.arrayBuffer());
  const kept = undeployed(JSON.parse(new TextDecoder().decode(manifestBytes)));
  for (const file of files.filter((other) => other.name.endsWith(".onnx"))) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const digest = await digestOf(bytes);
    if (!kept.has(digest)) {
      progress(`Sending ${file.name} …`);
      await retain(`models/${digest}`, bytes);
    }
  }
  const digest = await digestOf(manifestBytes);
  await retain(`models/${digest}`, manifestBytes);
  return digest;
}

/** Deploys a bundle from a folder of this machine. */
export function openDeploy(retain) {
  const name = field("Name", { type: "text", name: "name", required: true, maxlength: "64", autocomplete: "off" }, "letters, digits, '.', '_' and '-'");
  const folder = field("Bundle", { type: "file", name: "bundle", webkitdirectory: true, required: true }, "the folder with bundle.json");
  const strategy = choice("Strategy", "strategy", STRATEGIES, "rocoin");
  const rollout = choice("Roll-out", "rollout", ROLLOUTS, "staged");
  const { rows, read, follow } = specFields({ bundle: "", strategy: "rocoin", deadlineMs: 500, successProbability: 0.99 });
  strategy.select.addEventListener("change", () => follow(strategy.select.value));
  const deploy = make("button", { type: "submit", class: "primary" }, "Deploy");
  form("Deploy a bundle", [name.row, folder.row, strategy.row, rollout.row, ...rows], [deploy], async (progress) => {
    const chosen = name.input.value;
    if (!isName(chosen)) {
      throw new Error(`a name has 1 to 64 letters, digits, '.', '_' and '-': ${chosen}`);
    }
    const spec = read();
    spec.strategy = strategy.select.value;
    // Another attempt, also with a bundle that failed before.
    const mode = rollout.select.value;
    spec.rollout = mode === "staged" ? { mode, attempt: Date.now() } : { mode };
    spec.bundle = await publishBundle([...folder.input.files], retain, progress);
    await retain(`deployments/${chosen}/spec`, JSON.stringify(spec));
  });
}
