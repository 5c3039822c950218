"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { inTurns } = require("../lib/turns");

test("runs one task after the other, whatever becomes of them", async () => {
  const order = [];
  const run = inTurns(5);
  const task = (name, failing) => async () => {
    order.push(`${name} begins`);
    await null;
    order.push(`${name} ends`);
    if (failing) {
      throw new Error(name);
    }
    return name;
  };
  const first = run(task("a", true));
  const second = run(task("b", false));
  await assert.rejects(first, { message: "a" });
  assert.equal(await second, "b");
  assert.deepEqual(order, ["a begins", "a ends", "b begins", "b ends"]);
});

test("lets no more wait than may", async () => {
  const run = inTurns(1);
  const tasks = [1, 2].map((number) => run(async () => number));
  await assert.rejects(run(async () => 3), { code: "too-many-specs" });
  assert.deepEqual(await Promise.all(tasks), [1, 2]);
  assert.equal(await run(async () => 4), 4);
});
