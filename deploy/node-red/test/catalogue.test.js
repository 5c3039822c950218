"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");

const root = path.join(__dirname, "..");
const read = (...names) => fs.readFileSync(path.join(root, ...names), "utf8");
const files = (folder, end) => fs.readdirSync(path.join(root, folder)).filter((file) => file.endsWith(end));
const catalogue = (node) => JSON.parse(read("nodes", "locales", "en-US", `${node}.json`));
const nodes = files("nodes", ".js").map((file) => file.slice(0, -3));

test("every problem has words, with all of its values, and no words are left over", () => {
  const words = catalogue("coterie-broker").problem;
  const sources = ["lib", "nodes"].flatMap((folder) => files(folder, ".js").map((file) => read(folder, file))).join("\n");
  const used = [...sources.matchAll(/new Problem\("([a-z0-9-]+)"/g)].map((match) => match[1]);
  assert.deepEqual([...new Set(used)].sort(), Object.keys(words).sort());
  for (const [, code, values] of sources.matchAll(/new Problem\("([a-z0-9-]+)", \{([^}]*)\}/g)) {
    const given = values.split(",").map((part) => part.split(":")[0].trim());
    const named = [...words[code].matchAll(/__(\w+)__/g)].map((match) => match[1]);
    named.forEach((value) => assert.ok(given.includes(value), `${code} names ${value}, and is given ${given}`));
  }
});

const wordAt = (words, key) => key.split(".").reduce((inner, level) => inner?.[level], words);

test("every word that a node shows is in its catalogue, and every node has help", () => {
  for (const node of nodes) {
    const words = catalogue(node);
    const form = read("nodes", `${node}.html`);
    for (const [, key] of form.matchAll(/data-i18n="(?:\[placeholder\])?([^"]+)"/g)) {
      assert.equal(typeof wordAt(words, key), "string", `${node}: ${key}`);
    }
    for (const [, key] of (form + read("nodes", `${node}.js`)).matchAll(/(?:RED|this)\._\("([a-z.-]+)"[,)]/g)) {
      assert.equal(typeof wordAt(words, key), "string", `${node}: ${key}`);
    }
    assert.match(read("nodes", "locales", "en-US", `${node}.html`), new RegExp(`data-help-name="${node}"`));
    assert.match(form, new RegExp(`data-template-name="${node}"`));
  }
});

test("package.json has every node, and its dependencies are pinned", () => {
  const manifest = JSON.parse(read("package.json"));
  assert.deepEqual(Object.keys(manifest["node-red"].nodes).sort(), nodes.sort());
  const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
  versions.forEach((version) => assert.match(version, /^\d+\.\d+\.\d+$/));
});

test("examples hold no secrets, and wires that lead somewhere", () => {
  for (const file of files("examples", ".json")) {
    const flow = JSON.parse(read("examples", file));
    const ids = new Set(flow.map(({ id }) => id));
    assert.equal(ids.size, flow.length, `${file}: ids are unique`);
    for (const node of flow) {
      assert.equal(node.credentials, undefined, file);
      (node.wires ?? []).flat().forEach((wire) => assert.ok(ids.has(wire), `${file}: ${node.id} -> ${wire}`));
      const broker = node.type === "mqtt-broker" ? [] : [node.broker];
      [node.z, ...broker].filter(Boolean).forEach((id) => assert.ok(ids.has(id), `${file}: ${node.id} names ${id}`));
    }
  }
});
