// Promises of the page's logic. Returns what was broken, as text; nothing where all is well.
async () => {
  const { Model } = await import("/model.js");
  const { firstShare, readiness, vitals } = await import("/figures.js");
  const { describe } = await import("/plans.js");
  const { percentile, Seconds } = await import("/seconds.js");
  const { fitted } = await import("/pictures.js");
  const { filters, isName, parse } = await import("/topics.js");
  const { stacked } = await import("/view/charts.js");
  const broken = [];
  const equal = (promise, actual, expected) => {
    if (JSON.stringify(actual) !== JSON.stringify(expected)) {
      broken.push(`${promise}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
    }
  };
  const state = (word, incarnation = 5) => JSON.stringify({ state: word, incarnation });
  const plan = (epoch, groups, rest = {}) => ({
    epoch,
    k: groups.length,
    complete: true,
    fuser: "hub",
    standby: "",
    groups: groups.map((agents, partition) => ({ partition, student: "s", agents })),
    ...rest,
  });
  const fleet = () => {
    const model = new Model("coterie");
    ["a", "b", "hub"].forEach((id) =>
      model.take(`coterie/agents/${id}/state`, state("online"), true, 0),
    );
    model.take("coterie/deployments/m/spec", JSON.stringify({ bundle: "x" }), true, 0);
    model.take("coterie/deployments/m/plan", JSON.stringify(plan(3, [["a", "b"]])), true, 0);
    return model;
  };

  let model = fleet();
  equal("what was retained is no event", model.events, []);
  equal("answers while a group has a board", readiness(model, model.deployments.get("m")).good, true);
  model.take("coterie/agents/a/state", state("offline", 4), false, 10);
  equal("ignores an older incarnation's will", model.agents.get("a").state, "online");
  model.take("coterie/agents/a/state", state("offline"), false, 1000);
  model.take("coterie/deployments/m/plan", JSON.stringify(plan(4, [["b"]])), false, 1017);
  equal("tells the loss, then the plan", model.events.map((e) => e.kind), ["plan", "lost"]);
  equal("the plan answers the loss", model.events[0].after, { agent: "a", ms: 17 });
  equal("says what changed", model.events[0].text, "a leaves");
  model.take("coterie/agents/b/state", state("offline"), false, 2000);
  equal(
    "a group without boards is lost",
    readiness(model, model.deployments.get("m")).word,
    "partition 0 is lost",
  );

  model = fleet();
  const hostile = ["[]", "7", "{", '"x"', '{"groups":5,"epoch":"<b>"}', '{"state":{},"incarnation":[]}'];
  for (const text of hostile) {
    for (const topic of ["agents/a/state", "agents/a/report", "deployments/m/plan", "deployments/m/result/s"]) {
      model.take(`coterie/${topic}`, text, false, 0);
    }
  }
  equal("garbage is counted", model.ignored > 10, true);
  for (let i = 0; i < 6000; i++) {
    model.take(`coterie/agents/x${i}/state`, state("online"), true, 0);
    model.take(`coterie/deployments/x${i}/spec`, "{}", true, 0);
  }
  equal("names are bounded", [model.agents.size, model.deployments.size], [4096, 64]);

  model = fleet();
  model.beginHearing();
  model.take("coterie/agents/a/state", state("online"), true, 0);
  model.take("coterie/deployments/m/spec", "{}", true, 0);
  model.forgetUnheard(0);
  equal("a new connection forgets who is not there", [...model.agents.keys()], ["a"]);
  equal("and plans that are not there", model.deployments.get("m").plan, null);
  model.take("coterie/deployments/m/spec", "", false, 0);
  equal("an ended deployment goes", model.deployments.size, 0);

  model = fleet();
  const result = (agents) => JSON.stringify({ status: "ok", latencyMs: 5, agents, frame: "f" });
  for (let i = 0; i < 300; i++) {
    model.take("coterie/deployments/m/result/s", result(i % 4 === 0 ? ["a"] : ["b"]), false, i * 20);
  }
  const deployment = model.deployments.get("m");
  equal("counts who was first", firstShare(deployment, "a"), 0.25);
  equal("rates leave out the first second", vitals(deployment, 6000).perSecond, 50);
  equal("nearest rank", [percentile([], 0.5), percentile([4, 1, 3, 2], 0.5)], [null, 2]);
  const seconds = new Seconds();
  seconds.add("nonsense", 1, 0);
  seconds.add("ok", 1, 0);
  seconds.add("ok", 1, 500_000);
  equal("old seconds go", seconds.bySecond.size, 1);
  equal("columns are stacked", stacked([[1, 2], [3, 4]]), [[1, 2], [4, 6]]);

  equal("same places", describe(plan(1, [["a"]]), plan(2, [["a"]])), "same places, other numbers");
  equal(
    "moves and roles",
    describe(plan(1, [["a"], ["b"]]), plan(2, [["b"], ["c"]], { fuser: "b" })),
    "a leaves, b moves to group 0, c joins group 1, b is the fuser",
  );
  equal("photos shrink", fitted(8000, 6000), { width: 512, height: 384 });
  equal("strips keep a pixel", fitted(100_000, 3), { width: 512, height: 1 });
  equal("foreign topics are none", parse("coterie", "other/agents/a/state"), null);
  equal("names are names", [isName("a.b-1"), isName("a/b"), isName("")], [true, false, false]);
  equal("every filter is understood", Object.keys(filters("c")).map((f) => parse("c", f.replaceAll("+", "n")) !== null), Array(7).fill(true));
  return broken.join("\n");
}
