"use strict";

const { Problem } = require("./problem");

/** What docs/protocol.md allows for a frame. */
const MOST_BYTES = 8 * 1024 * 1024;

const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const DTYPES = ["uint8", "float32"];
const SHAPE = /^[0-9]{1,9}(,[0-9]{1,9}){0,3}$/;
const DATA_URL = /^data:[^,]*;base64,/i;
const BASE64 = /^[A-Za-z0-9+/_-][A-Za-z0-9+/_\s-]*={0,2}\s*$/;

const startsWith = (bytes, magic) => bytes.subarray(0, magic.length).equals(magic);

/** Whether these are the first bytes of a picture that boards can read. */
const isPicture = (bytes) => startsWith(bytes, JPEG) || startsWith(bytes, PNG);

/** The bytes, if a frame may have that many. */
function sized(bytes) {
  if (bytes.length === 0) {
    throw new Problem("empty-picture");
  }
  if (bytes.length > MOST_BYTES) {
    throw new Problem("picture-too-large", { value: bytes.length, most: MOST_BYTES });
  }
  return bytes;
}

function picture(bytes) {
  sized(bytes);
  if (!isPicture(bytes)) {
    throw new Problem("no-picture", { value: bytes.subarray(0, 8).toString("hex") });
  }
  return { bytes };
}

function tensor(bytes, dtype, shape) {
  if (!DTYPES.includes(dtype)) {
    throw new Problem("unknown-dtype", { value: dtype });
  }
  if (shape !== undefined && !SHAPE.test(String(shape))) {
    throw new Problem("unknown-shape", { value: shape });
  }
  const properties = shape === undefined ? { dtype } : { dtype, shape: String(shape) };
  return { bytes: sized(bytes), properties };
}

function decoded(base64) {
  // Four characters are three bytes; what is longer is not decoded to find out.
  if (base64.length > MOST_BYTES * 1.5) {
    throw new Problem("picture-too-large", { value: Math.floor(base64.length * 0.75), most: MOST_BYTES });
  }
  return Buffer.from(base64, "base64");
}

function ofText(text, readsFiles) {
  const url = DATA_URL.exec(text);
  if (url) {
    return picture(decoded(text.slice(url[0].length)));
  }
  if (BASE64.test(text.slice(0, 64)) && isPicture(Buffer.from(text.slice(0, 64), "base64"))) {
    return picture(decoded(text));
  }
  if (text.trim() === "") {
    throw new Problem("empty-picture");
  }
  if (!readsFiles) {
    throw new Problem("text-is-no-picture", { value: text });
  }
  return { file: text };
}

/**
 * What a message holds, as the bytes of a frame, or as the name of a file that holds it.
 *
 * @param value a Buffer or another array of bytes; base64, a data URL, or, if readsFiles, a file's name
 * @param dtype of a raw tensor; undefined for pictures
 * @param shape of a raw tensor, such as "3,32,32"; may be undefined
 * @returns {bytes, properties?} or {file}
 */
function frameOf(value, { dtype, shape, readsFiles }) {
  if (typeof value === "string" && dtype === undefined) {
    return ofText(value, readsFiles);
  }
  const bytes = bytesOf(value);
  if (bytes === null) {
    throw new Problem("wrong-type", { value: typeOf(value) });
  }
  return dtype === undefined ? picture(bytes) : tensor(bytes, dtype, shape);
}

function bytesOf(value) {
  if (Buffer.isBuffer(value)) {
    return value;
  }
  if (value instanceof ArrayBuffer) {
    return Buffer.from(value);
  }
  return ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : null;
}

const typeOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

module.exports = { MOST_BYTES, frameOf, picture };
