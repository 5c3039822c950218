"use strict";

const assert = require("node:assert/strict");
const crypto = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const test = require("node:test");
const { readBundle } = require("../lib/bundles");

const digestOf = (bytes) => crypto.createHash("sha256").update(bytes).digest("hex");
const entry = (name, content) => ({ path: name, sha256: digestOf(content) });

function bundle(t, manifest, files) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bundle-"));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  Object.entries(files).forEach(([name, content]) => fs.writeFileSync(path.join(folder, name), content));
  fs.writeFileSync(path.join(folder, "bundle.json"), typeof manifest === "string" ? manifest : JSON.stringify(manifest));
  return folder;
}

test("reads what boards need, each file once, and leaves teachers at home", async (t) => {
  const manifest = {
    teacher: { model: entry("teacher.onnx", "teacher") },
    partitionings: [{ students: [{ model: entry("a.onnx", "a") }, { model: entry("a.onnx", "a") }] }],
    pipelines: [{ whole: entry("whole.onnx", "whole"), segments: [{ model: entry("b.onnx", "b") }] }],
  };
  const folder = bundle(t, manifest, { "a.onnx": "a", "b.onnx": "b" });
  const { digest, files } = await readBundle(folder);
  assert.equal(digest, digestOf(JSON.stringify(manifest)));
  assert.deepEqual(files.map(([, bytes]) => bytes.toString()).slice(0, 2), ["a", "b"]);
  assert.equal(files.at(-1)[0], digest, "the manifest comes last");
});

test("refuses a bundle that is damaged, or reaches out of its folder", async (t) => {
  const folders = [
    bundle(t, { model: entry("a.onnx", "a") }, { "a.onnx": "another" }),
    bundle(t, { model: entry("../a.onnx", "a") }, {}),
    bundle(t, "{", {}),
  ];
  for (const folder of folders) {
    await assert.rejects(readBundle(folder), { code: "unreadable-bundle" });
  }
  await assert.rejects(readBundle(bundle(t, { model: entry("a.onnx", "a") }, {})), { code: "unreadable-file" });
  await assert.rejects(readBundle("/nowhere/at/all"), { code: "unreadable-file" });
});
