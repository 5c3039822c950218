"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { addresses } = require("../lib/addresses");
const { Attempts } = require("../lib/attempts");
const { integer, name } = require("../lib/checks");
const { MOST_BYTES, frameOf, picture } = require("../lib/pictures");
const { Problem } = require("../lib/problem");
const { Topics, matches } = require("../lib/topics");

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const JPEG = Buffer.concat([Buffer.from("ffd8ffe000104a464946", "hex"), Buffer.alloc(90)]);
const read = (value, more = {}) => frameOf(value, { readsFiles: false, ...more });

test("takes pictures as bytes, base64 and data URLs", () => {
  for (const bytes of [PNG, JPEG]) {
    const base64 = bytes.toString("base64");
    const folded = base64.replace(/(.{20})/g, "$1\r\n");
    const forms = [bytes, new Uint8Array(bytes), base64, folded, `data:image/png;base64,${base64}`];
    forms.forEach((form) => assert.deepEqual(read(form).bytes, bytes));
  }
  assert.deepEqual(read(Uint8Array.from(PNG).buffer).bytes, PNG);
});

test("takes a text for a file's name only where that is allowed", () => {
  assert.deepEqual(read("/var/porch.jpg", { readsFiles: true }), { file: "/var/porch.jpg" });
  assert.throws(() => read("/var/porch.jpg"), { code: "text-is-no-picture" });
});

test("refuses what is no picture, with the reason", () => {
  const refused = [
    [Buffer.alloc(0), "empty-picture"],
    ["  ", "empty-picture"],
    [Buffer.from("GIF89a"), "no-picture"],
    [`data:image/gif;base64,${Buffer.from("GIF89a").toString("base64")}`, "no-picture"],
    [Buffer.concat([JPEG, Buffer.alloc(MOST_BYTES)]), "picture-too-large"],
    [JPEG.toString("base64") + "A".repeat(MOST_BYTES * 1.5), "picture-too-large"],
    [undefined, "wrong-type"],
    [null, "wrong-type"],
    [7, "wrong-type"],
    [{ picture: PNG }, "wrong-type"],
    [[137, 80, 78, 71], "wrong-type"],
  ];
  refused.forEach(([value, code]) => assert.throws(() => read(value), { code }, `${code}: ${String(value).slice(0, 40)}`));
  assert.throws(() => picture(Buffer.from("hello")), { code: "no-picture" });
});

test("takes raw tensors that say what they are", () => {
  const bytes = Buffer.alloc(12);
  assert.deepEqual(read(bytes, { dtype: "uint8", shape: "3,2,2" }).properties, { dtype: "uint8", shape: "3,2,2" });
  assert.deepEqual(read(bytes, { dtype: "float32", shape: [3, 1, 1] }).properties, { dtype: "float32", shape: "3,1,1" });
  assert.throws(() => read(bytes, { dtype: "int4" }), { code: "unknown-dtype" });
  assert.throws(() => read(bytes, { dtype: "uint8", shape: "3;x" }), { code: "unknown-shape" });
  assert.throws(() => read("text", { dtype: "uint8" }), { code: "wrong-type" });
});

test("shows hostile values as one short line", () => {
  const { values } = new Problem("x", { value: `a\n\u001b[31m${"b".repeat(1000)}` });
  assert.match(values.value, /^a  \[31mb{70,80}…$/);
});

test("reads addresses in their order, with the usual ports", () => {
  const read = addresses("mqtts://hub.local, mqtt://[::1]:1884 ,wss://hub/mqtt");
  assert.deepEqual(
    read.map(({ protocol, host, port, path, secure }) => [protocol, host, port, path, secure]),
    [
      ["mqtts", "hub.local", 8883, undefined, true],
      ["mqtt", "::1", 1884, undefined, false],
      ["wss", "hub", 443, "/mqtt", true],
    ],
  );
});

test("refuses addresses that are none", () => {
  const refused = {
    "": "no-address",
    " , ": "no-address",
    "hub.local": "not-an-address",
    "http://hub": "not-an-address",
    "mqtt://": "not-an-address",
    "mqtt://hub:99999": "not-an-address",
    "mqtt://hub/some/topic": "not-an-address",
    "mqtt://anna:secret@hub": "login-in-address",
  };
  Object.entries(refused).forEach(([text, code]) => assert.throws(() => addresses(text), { code }, text));
  assert.throws(() => addresses("mqtt://anna:secret@hub"), (error) => !error.message.includes("secret"));
});

test("tries the first broker first, the next at once, and all of them again after a pause that grows", () => {
  const attempts = new Attempts(2);
  assert.deepEqual(attempts.next(60_000, 0.5), { index: 0, pauseMs: 0 });
  assert.deepEqual(attempts.next(null, 0.5), { index: 1, pauseMs: 0 });
  const pauses = [];
  for (let i = 0; i < 8; i++) {
    const { index, pauseMs } = attempts.next(null, 1);
    assert.equal(index, 0);
    pauses.push(pauseMs);
    attempts.next(null, 1);
  }
  assert.deepEqual(pauses, [250, 500, 1000, 2000, 4000, 4000, 4000, 4000]);
  assert.deepEqual(new Attempts(1).next(10, 0), { index: 0, pauseMs: 125 }, "lost at once");
});

test("builds and parses topics", () => {
  const topics = new Topics("home/coterie");
  assert.equal(topics.input("porch", "cam-1"), "home/coterie/deployments/porch/input/cam-1");
  assert.deepEqual(topics.parse(topics.plan("porch")), { kind: "plan", names: ["porch"] });
  assert.equal(topics.parse("home/coterie/agents/a b/state"), null);
  assert.equal(topics.parse("coterie/agents/a/state"), null);
  assert.throws(() => topics.input("por/ch", "a"), { code: "not-a-name" });
  assert.throws(() => new Topics("a/+/b"), { code: "not-a-base" });
  assert.ok(matches("a/+/c", "a/b/c") && !matches("a/+/c", "a/b/c/d") && !matches("a/+", "a"));
});

test("checks names and numbers", () => {
  assert.equal(name("a.b_c-1", "source"), "a.b_c-1");
  ["", "a/b", "ä", "x".repeat(65), undefined, {}].forEach((value) => assert.throws(() => name(value, "source"), { code: "not-a-name" }));
  assert.equal(integer("20", "queue", 0, 20), 20);
  ["", "x", "1.5", 21, -1, undefined, null].forEach((value) => assert.throws(() => integer(value, "queue", 0, 20), { code: "not-in-range" }));
});
