"use strict";

const { Problem } = require("./problem");

const USUAL_PORTS = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 };

/**
 * The brokers' addresses in the order in which they are tried, from text such as
 * "mqtts://10.0.0.1,mqtts://10.0.0.2:8884".
 */
function addresses(text) {
  const parts = String(text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (parts.length === 0) {
    throw new Problem("no-address");
  }
  return parts.map(address);
}

function address(text) {
  let url;
  try {
    url = new URL(text);
  } catch {
    throw new Problem("not-an-address", { value: text });
  }
  const protocol = url.protocol.slice(0, -1);
  if (!Object.hasOwn(USUAL_PORTS, protocol) || url.hostname === "" || url.search !== "" || url.hash !== "") {
    throw new Problem("not-an-address", { value: text });
  }
  if (url.username !== "" || url.password !== "") {
    throw new Problem("login-in-address", { value: url.host });
  }
  const webSocket = protocol.startsWith("ws");
  if (!webSocket && !["", "/"].includes(url.pathname)) {
    throw new Problem("not-an-address", { value: text });
  }
  return {
    protocol,
    secure: ["mqtts", "wss"].includes(protocol),
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? USUAL_PORTS[protocol] : Number(url.port),
    path: webSocket ? url.pathname : undefined,
  };
}

module.exports = { addresses };
