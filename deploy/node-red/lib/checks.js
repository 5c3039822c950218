"use strict";

const { Problem } = require("./problem");

const NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** Whether the text can be the name of an agent, a deployment or a source. */
const isName = (text) => typeof text === "string" && NAME.test(text);

/** The text, if it is a name. */
function name(text, field) {
  if (!isName(text)) {
    throw new Problem("not-a-name", { field, value: text });
  }
  return text;
}

/** A whole number from what an editor's field holds, which may be text. */
function integer(value, field, least, most) {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (!Number.isInteger(number) || number < least || number > most) {
    throw new Problem("not-in-range", { field, value, least, most });
  }
  return number;
}

const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

module.exports = { integer, isName, isObject, name };
