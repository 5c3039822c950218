package io.coterie.client.fleet;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.simulation.SimulatedBroker;

/** What a small fleet publishes. */
public final class FleetOnTheWire implements AutoCloseable {
  private static final String RESULT =
      """
      {"frame":"f1","source":"s","status":"ok","label":"cat","index":1,"confidence":0.9,
       "portions":{"have":2,"of":2},"exit":2,"epoch":8,"latencyMs":12.5,"agents":["a","c"]}
      """;

  private static final String REPORT =
      """
      {"incarnation":5,"queued":1,"droppedFrames":2,"failures":0,
       "models":[{"bundle":"b","k":2,"partition":0,"student":"wrn-10-1","latencyMs":3.3,
                  "frames":1000,"totalMs":3300}],
       "pipelines":[{"deployment":"porch","bundle":"b","pipeline":"p","queued":2,"outgoing":1}],
       "board":{"temperatureCelsius":48.5,"throttled":["hot"]}}
      """;

  private final SimulatedBroker broker;
  private final MessageBus bus;

  public FleetOnTheWire(SimulatedBroker broker) {
    this.broker = broker;
    bus = broker.client();
  }

  public void start() {
    bus.start(() -> {});
    broker.deliverAll();
  }

  private void publish(String topic, Object payload) {
    bus.publish(
        Message.to("coterie/" + topic).payload(Json.bytes(payload)).qos(1).retained(true).build());
    broker.deliverAll();
  }

  public void state(String agent, Availability state) {
    publish("agents/" + agent + "/state", new AgentState(state, 5));
  }

  /** Boards a, b and c and a fuser, with a complete plan. */
  public void deploy() {
    for (String agent : new String[] {"a", "b", "c", "hub"}) {
      state(agent, Availability.ONLINE);
      publish("agents/" + agent + "/capability", ExamplePlans.capability(5));
    }
    publish("deployments/meter/spec", ExamplePlans.SPEC);
    publish("deployments/meter/plan", ExamplePlans.plan(7, true, "hub", "a", "b"));
  }

  /** Besides, a new plan, a report, a result, and one that is none. */
  public void everything() {
    deploy();
    bus.publish(
        Message.to("coterie/deployments/meter/plan")
            .payload(Json.bytes(ExamplePlans.plan(8, true, "hub", "a", "b", "d")))
            .build());
    bus.publish(Message.to("coterie/agents/a/report").payload(REPORT).build());
    bus.publish(Message.to("coterie/deployments/meter/result/s").payload(RESULT).build());
    bus.publish(Message.to("coterie/deployments/meter/result/s").payload("no JSON").build());
    broker.deliverAll();
  }

  @Override
  public void close() {
    bus.close();
  }
}
