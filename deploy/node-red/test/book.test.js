"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { Book } = require("../lib/book");
const { correlated, hashed } = require("../lib/identity");

const book = (settings = {}) =>
  new Book({ concurrency: 2, queue: 2, timeoutMs: 1000, identify: correlated("p"), ...settings });
const picture = (text) => ({ bytes: Buffer.from(text) });
const kinds = (effects) => effects.map(({ kind, id, entry, problem }) => problem?.code ?? id ?? `${kind} ${entry.number}`);
const ok = (frame) => ({ frame, status: "ok", label: "cat", confidence: 0.9 });
const busy = (frame, retryAfterMs) => ({ frame, status: "rejected", reason: "busy", retryAfterMs });

function connected(settings) {
  const ready = book(settings);
  ready.up(0);
  return ready;
}

test("sends as many frames at once as may be open, and the next when one is answered", () => {
  const frames = connected();
  assert.deepEqual(kinds(frames.offer(picture("a"), 0)), ["p-1"]);
  assert.deepEqual(kinds(frames.offer(picture("b"), 0)), ["p-2"]);
  assert.deepEqual(kinds(frames.offer(picture("c"), 0)), []);
  assert.deepEqual(kinds(frames.result(ok("p-1"), 5)), ["answer 1", "p-3"]);
  assert.deepEqual([frames.open, frames.waiting], [2, 0]);
});

test("answers every frame once, whoever else answers it", () => {
  const frames = connected();
  frames.offer(picture("a"), 0);
  assert.deepEqual(kinds(frames.result(ok("p-1"), 5)), ["answer 1"]);
  assert.deepEqual(kinds(frames.result(ok("p-1"), 6)), []);
  assert.deepEqual(kinds(frames.result(ok("another's"), 7)), []);
});

test("lets wait what there is no place for, up to the bound", () => {
  const frames = book();
  frames.offer(picture("a"), 0);
  frames.offer(picture("b"), 0);
  assert.throws(() => frames.offer(picture("c"), 0), { code: "queue-full-no-broker" });
  assert.deepEqual(kinds(frames.up(10)), ["p-1", "p-2"]);
  frames.offer(picture("d"), 10);
  frames.offer(picture("e"), 10);
  assert.throws(() => frames.offer(picture("f"), 10), { code: "queue-full" });
});

test("takes what there is a place for, also where nothing may wait", () => {
  const frames = connected({ queue: 0, concurrency: 1 });
  assert.deepEqual(kinds(frames.offer(picture("a"), 0)), ["p-1"]);
  assert.throws(() => frames.offer(picture("b"), 0), { code: "queue-full" });
});

test("sends open frames again after the connection broke, under other correlation data", () => {
  const frames = connected();
  frames.offer(picture("a"), 0);
  frames.down("gone");
  assert.deepEqual(kinds(frames.up(100)), ["p-1.2"]);
  assert.deepEqual(kinds(frames.result(ok("p-1.2"), 200)), ["answer 1"]);
});

test("takes an answer to an earlier attempt, but not that it has none", () => {
  for (const [status, expected] of [["ok", ["answer 1"]], ["expired", []]]) {
    const frames = connected();
    frames.offer(picture("a"), 0);
    frames.down("gone");
    frames.up(100);
    assert.deepEqual(kinds(frames.result({ ...ok("p-1"), status }, 200)), expected);
  }
});

test("sends a frame again when the fleet said that it is busy, until time is up", () => {
  const frames = connected();
  frames.offer(picture("a"), 0);
  assert.deepEqual(kinds(frames.result(busy("p-1", 400), 100)), []);
  assert.equal(frames.nextMs(), 500);
  assert.deepEqual(kinds(frames.tick(499)), []);
  assert.deepEqual(kinds(frames.tick(500)), ["p-1.2"]);
  assert.deepEqual(kinds(frames.result(busy("p-1.2", 600), 600)), ["unanswered 1"]);
});

test("is not made to spin by a result that asks for it", () => {
  const frames = connected();
  frames.offer(picture("a"), 0);
  frames.result(busy("p-1", -5), 100);
  assert.equal(frames.nextMs(), 110);
});

test("gives up when time is up, and says whether there was a broker", () => {
  const frames = connected();
  frames.offer(picture("a"), 0);
  assert.equal(frames.nextMs(), 1000);
  assert.deepEqual(kinds(frames.tick(999)), []);
  assert.deepEqual(kinds(frames.tick(1000)), ["no-result"]);
  frames.down("gone");
  frames.offer(picture("b"), 1000);
  assert.deepEqual(kinds(frames.tick(2000)), ["no-broker"]);
  assert.equal(frames.nextMs(), null);
});

test("fails a frame that the broker refused, but not one that was sent again", () => {
  const frames = connected();
  frames.offer(picture("a"), 0);
  const problem = { code: "publish-refused" };
  frames.down("gone");
  frames.up(5);
  assert.deepEqual(kinds(frames.refused("p-1", problem, 10)), []);
  assert.deepEqual(kinds(frames.refused("p-1.2", problem, 10)), ["publish-refused"]);
});

test("sends equal pictures once without correlation data, and answers both", () => {
  const frames = connected({ identify: hashed("porch") });
  const [id] = kinds(frames.offer(picture("a"), 0));
  assert.match(id, /^h:[0-9a-f]{16}$/);
  assert.deepEqual(kinds(frames.offer(picture("a"), 1)), []);
  assert.deepEqual(kinds(frames.result(ok(id), 5)), ["answer 1", "answer 2"]);
  assert.deepEqual(kinds(frames.offer(picture("a"), 6)), [id], "a new frame after the result");
});

test("identifies pictures as boards do", () => {
  // The first 8 bytes of SHA-256 of source, a zero byte and payload; made with sha256sum.
  assert.equal(hashed("porch")(picture("a")), "h:bdde979fac8aa3ba");
});

test("ends everything for the same reason", () => {
  const frames = connected({ concurrency: 1 });
  frames.offer(picture("a"), 0);
  frames.offer(picture("b"), 0);
  assert.deepEqual(kinds(frames.end({ code: "stopped" })), ["stopped", "stopped"]);
});

test("gives every frame exactly one end, whatever happens in whatever order", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const next = random(seed);
    const ends = new Map();
    const ids = [];
    const frames = book({ identify: seed % 2 ? correlated("p") : hashed("s"), queue: 3 });
    let taken = 0;
    const apply = (effects) =>
      effects.forEach(({ kind, id, entry }) =>
        kind === "send" ? ids.push(id) : ends.set(entry.number, (ends.get(entry.number) ?? 0) + 1),
      );
    let nowMs = 0;
    const offer = () => {
      try {
        apply(frames.offer(picture(`${next(3)}`), nowMs));
        taken++;
      } catch (error) {
        assert.match(error.code, /^queue-full/);
      }
    };
    const anId = () => ids[next(ids.length)] ?? "none";
    const events = [
      offer,
      offer,
      () => apply(frames.up(nowMs)),
      () => frames.down("gone"),
      () => apply(frames.result(ok(anId()), nowMs)),
      () => apply(frames.result(busy(anId(), next(500)), nowMs)),
      () => apply(frames.refused(anId(), { code: "publish-refused" }, nowMs)),
      () => apply(frames.tick((nowMs += next(300)))),
    ];
    for (let i = 0; i < 200; i++) {
      events[next(events.length)]();
      assert.ok(frames.open <= 2 && frames.waiting <= 3, `seed ${seed}`);
    }
    apply(frames.end({ code: "stopped" }));
    assert.deepEqual([...ends.values()], Array(taken).fill(1), `seed ${seed}`);
  }
});

/** Whole numbers below a bound, the same for the same seed. */
function random(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
