"use strict";

const crypto = require("node:crypto");
const fs = require("node:fs/promises");
const path = require("node:path");
const { isObject } = require("./checks");
const { Problem } = require("./problem");

/** Teachers and whole networks stay at home. */
const KEPT = ["teacher", "whole"];

const digestOf = (bytes) => crypto.createHash("sha256").update(bytes).digest("hex");

/** Every {path, sha256} in a manifest that boards need, once. */
function filesOf(manifest) {
  const found = new Map();
  const walk = (value) => {
    if (Array.isArray(value)) {
      value.forEach(walk);
    } else if (isObject(value)) {
      if (typeof value.path === "string" && typeof value.sha256 === "string") {
        found.set(value.sha256, value.path);
      }
      Object.entries(value)
        .filter(([key]) => !KEPT.includes(key))
        .forEach(([, inner]) => walk(inner));
    }
  };
  walk(manifest);
  return found;
}

/**
 * Reads what boards need of the bundle in a folder.
 *
 * @returns {digest, files}: the manifest's SHA-256 digest and [digest, bytes] of every file, the manifest last
 */
async function readBundle(folder) {
  const manifest = await read(path.join(folder, "bundle.json"));
  let content;
  try {
    content = JSON.parse(manifest.toString("utf8"));
  } catch (error) {
    throw new Problem("unreadable-bundle", { value: folder, reason: error.message });
  }
  const files = [];
  for (const [digest, name] of filesOf(content)) {
    files.push([digest, await modelFile(folder, name, digest)]);
  }
  const digest = digestOf(manifest);
  return { digest, files: [...files, [digest, manifest]] };
}

async function modelFile(folder, name, digest) {
  const file = path.resolve(folder, name);
  if (!file.startsWith(path.resolve(folder) + path.sep)) {
    throw new Problem("unreadable-bundle", { value: folder, reason: `${name} is outside of it` });
  }
  const bytes = await read(file);
  if (digestOf(bytes) !== digest) {
    throw new Problem("unreadable-bundle", { value: folder, reason: `${name} is not what bundle.json says` });
  }
  return bytes;
}

async function read(file) {
  try {
    return await fs.readFile(file);
  } catch (error) {
    throw new Problem("unreadable-file", { value: file, reason: error.code ?? error.message });
  }
}

module.exports = { readBundle };
