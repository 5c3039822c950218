"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { Fleet } = require("../lib/fleet");
const { result } = require("../lib/results");
const { Topics } = require("../lib/topics");
const { serves, merged } = require("../lib/specs");

const bytes = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const DIGEST = "5".repeat(64);

test("reads results, with and without an answer", () => {
  const answer = {
    frame: "f1",
    source: "porch",
    status: "degraded",
    label: "cat",
    index: 3,
    confidence: 0.93,
    top: [{ label: "cat", confidence: 0.93 }],
    portions: { have: 1, of: 2 },
    exit: 1,
    epoch: 7,
    latencyMs: 11.8,
    agents: ["a", ""],
  };
  assert.deepEqual(result(bytes(answer)), answer);
  const none = { frame: "f1", status: "rejected", reason: "busy", retryAfterMs: 1000 };
  assert.deepEqual(result(bytes(none)), { ...none, top: [], portions: { have: undefined, of: undefined }, agents: [] });
});

test("takes nothing else for a result", () => {
  const garbage = ["", "{", "[]", "7", "null", '"ok"', '{"frame":"f"}', '{"frame":7,"status":"ok"}'];
  garbage.push('{"frame":"f","status":"fine"}', '{"frame":"f","status":"ok","label":"cat"}', `{"frame":"f","status":"expired","x":"${"y".repeat(70_000)}"}`);
  garbage.push('{"frame":"f","status":"ok","label":{"toString":1},"confidence":0.5}');
  garbage.forEach((text) => assert.equal(result(bytes(text)), null, text.slice(0, 60)));
  const hostile = '{"frame":"f","status":"expired","__proto__":{"polluted":1},"top":5,"agents":[{}],"portions":"x"}';
  assert.deepEqual(result(bytes(hostile)).agents, []);
  assert.equal(result(bytes(hostile)).polluted, undefined);
});

function porch() {
  const fleet = new Fleet(new Topics("coterie"));
  const take = (topic, value) => fleet.take(`coterie/${topic}`, value === "" ? Buffer.alloc(0) : bytes(value));
  ["a", "b", "hub"].forEach((id) => take(`agents/${id}/state`, { state: "online", incarnation: 5 }));
  take("orchestrator/state", { state: "online", term: 3, id: "hub" });
  take("deployments/porch/spec", { bundle: DIGEST, strategy: "rocoin", deadlineMs: 500 });
  const groups = [{ partition: 0, agents: ["a", "b"] }];
  take("deployments/porch/plan", { epoch: 7, bundle: DIGEST, complete: true, groups, fuser: "hub", standby: "a", reasons: [] });
  return { fleet, take };
}

test("tells boards, their roles and whether frames are answered", () => {
  const { fleet, take } = porch();
  const { boards, deployments, hub } = fleet.summary(true);
  assert.deepEqual(hub, { leading: true, id: "hub", term: 3 });
  assert.deepEqual(boards[0].roles, [
    { deployment: "porch", role: "student", partition: 0 },
    { deployment: "porch", role: "standby" },
  ]);
  assert.deepEqual([deployments[0].epoch, deployments[0].answering], [7, true]);
  take("agents/a/state", { state: "offline", incarnation: 5 });
  assert.equal(fleet.summary(true).deployments[0].answering, true, "a group has another board");
  take("agents/b/state", { state: "offline", incarnation: 5 });
  assert.equal(fleet.summary(true).deployments[0].answering, false);
});

test("ignores an older incarnation's will, and forgets what is cleared", () => {
  const { fleet, take } = porch();
  assert.equal(take("agents/a/state", { state: "offline", incarnation: 4 }), false);
  assert.equal(fleet.summary(true).boards[0].online, true);
  take("agents/a/state", "");
  take("deployments/porch/spec", "");
  take("deployments/porch/plan", "");
  const { boards, deployments } = fleet.summary(true);
  assert.deepEqual([boards.map(({ id }) => id), deployments], [["b", "hub"], []]);
});

test("lives with garbage, and bounds what it keeps", () => {
  const { fleet, take } = porch();
  const hostile = ["{", "[]", "7", '{"groups":5,"agents":{},"epoch":"<b>","reasons":[{}]}', '{"state":{},"incarnation":[]}'];
  for (const text of hostile) {
    ["agents/x/state", "deployments/x/plan", "deployments/x/spec", "orchestrator/state"].forEach((topic) => take(topic, text));
    fleet.summary(true);
  }
  assert.equal(fleet.summary(true).boards.length, 3);
  for (let i = 0; i < 5000; i++) {
    take(`agents/x${i}/state`, { state: "online", incarnation: 1 });
    take(`deployments/x${i}/spec`, {});
  }
  assert.deepEqual([fleet.summary(true).boards.length, fleet.summary(true).deployments.length], [4096, 64]);
});

test("keeps of a spec what nobody changes", () => {
  const current = { bundle: DIGEST, strategy: "distree", deadlineMs: 800, successProbability: 0.9, hedgeMs: 200, exitRule: { threshold: 0.5 } };
  assert.deepEqual(merged(current, {}, { deadlineMs: 1500 }), { ...current, deadlineMs: 1500 });
  assert.deepEqual(merged(null, { bundle: DIGEST }, {}), { bundle: DIGEST, strategy: "rocoin", deadlineMs: 500, successProbability: 0.99 });
});

test("refuses specs that cannot be", () => {
  const refused = [
    [{ bundle: undefined }, "no-bundle"],
    [{ bundle: "5" }, "not-a-digest"],
    [{ strategy: "nonn" }, "not-one-of"],
    [{ goal: "cheap" }, "not-one-of"],
    [{ goal: "replicas" }, "no-budget"],
    [{ deadlineMs: 0 }, "not-in-range"],
    [{ deadlineMs: "500" }, "not-in-range"],
    [{ successProbability: 1 }, "not-a-probability"],
    [{ hedgeMs: 60_001 }, "not-in-range"],
    [{ hedgeMs: 19 }, "not-in-range"],
    [{ exitRule: "none" }, "not-an-object"],
    [{ deadline: 500 }, "unknown-field"],
    [JSON.parse('{"__proto__":{}}'), "unknown-field"],
  ];
  refused.forEach(([asked, code]) => assert.throws(() => merged(null, { bundle: DIGEST }, asked), { code }, code));
});

test("a changed spec is no version that has a name already", () => {
  const spec = merged({ bundle: DIGEST, strategy: "rocoin", deadlineMs: 500, successProbability: 0.9, generation: "first" }, {}, { deadlineMs: 700 });
  assert.equal(spec.deadlineMs, 700);
  assert.equal("generation" in spec, false);
});

test("shows a plan's reasons whether they are objects or plain text", () => {
  const fleet = new Fleet(new Topics("coterie"));
  const plan = { bundle: DIGEST, reasons: ["old", { code: "paused", text: "new" }, { code: "other" }, 7] };
  fleet.take("coterie/deployments/porch/plan", Buffer.from(JSON.stringify(plan)));
  assert.deepEqual(fleet.summary(true).deployments[0].reasons, ["old", "new"]);
});

test("tells whether a plan serves a spec", () => {
  assert.ok(serves({ bundle: DIGEST }, { bundle: DIGEST, strategy: "rocoin" }));
  assert.ok(!serves({ bundle: DIGEST, strategy: "distree" }, { bundle: DIGEST, strategy: "rocoin" }));
  assert.ok(!serves(null, { bundle: DIGEST, strategy: "rocoin" }));
});
