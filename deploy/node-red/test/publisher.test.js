"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { Publisher } = require("../lib/publisher");

/** Keeps what is published until it is acknowledged, in order. */
function client() {
  const sent = [];
  const acknowledgements = [];
  return {
    sent,
    publish: (topic, payload, options, callback) => {
      sent.push(topic);
      acknowledgements.push(callback);
    },
    acknowledge: (error) => acknowledgements.shift()(error),
  };
}

test("has no more on the way than the broker takes", async () => {
  const broker = client();
  const publisher = new Publisher(broker, { properties: { receiveMaximum: 2 } });
  const published = ["a", "b", "c"].map((topic) => publisher.publish(topic, "", {}));
  assert.deepEqual(broker.sent, ["a", "b"]);
  broker.acknowledge();
  assert.deepEqual(broker.sent, ["a", "b", "c"]);
  broker.acknowledge();
  broker.acknowledge();
  await Promise.all(published);
});

test("tells why the broker refused, and goes on", async () => {
  const broker = client();
  const publisher = new Publisher(broker, { properties: { receiveMaximum: 1 } });
  const refused = publisher.publish("a", "", {});
  const taken = publisher.publish("b", "", {});
  broker.acknowledge(Object.assign(new Error("not authorised"), { code: 135 }));
  await assert.rejects(refused, { code: 135 });
  broker.acknowledge();
  await taken;
});

test("gives up everything when the connection breaks", async () => {
  const publisher = new Publisher(client(), { properties: { receiveMaximum: 1 } });
  const unacknowledged = publisher.publish("a", "", {});
  const waiting = publisher.publish("b", "", {});
  publisher.close();
  await assert.rejects(unacknowledged, { code: "not-connected" });
  await assert.rejects(waiting, { code: "not-connected" });
});

test("is not bounded where the broker says nothing, as with MQTT 3.1.1", () => {
  const broker = client();
  const publisher = new Publisher(broker, {});
  for (let i = 0; i < 100; i++) {
    publisher.publish("a", "", {});
  }
  assert.equal(broker.sent.length, 100);
});
