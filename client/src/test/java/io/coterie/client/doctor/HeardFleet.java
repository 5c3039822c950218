package io.coterie.client.doctor;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.coterie.client.FleetClient;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/** What is heard of a fleet whose boards and hub say what a test wants them to. */
final class HeardFleet {
  static final long NOW_MS = Instant.parse("2026-06-01T12:00:00Z").toEpochMilli();
  private static final String BUNDLE = "a".repeat(64);

  private final SimulatedBroker broker = new SimulatedBroker();
  private final MessageBus client = broker.client();
  private final FleetListener listener;

  /** An empty broker at the address. */
  HeardFleet(String address) {
    client.start(() -> {});
    FleetClient heard = new FleetClient(broker.client(), new Topics("coterie"));
    try {
      assertFalse(heard.connect(Duration.ZERO), "not before something is delivered");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    broker.deliverAll();
    listener = new FleetListener(URI.create(address), heard);
    listener.listen();
    broker.deliverAll();
  }

  FleetFacts facts() {
    broker.deliverAll();
    return listener.facts(NOW_MS);
  }

  void retain(String topic, String json) {
    String payload = json.replace('\'', '"');
    client.publish(Message.to("coterie/" + topic).payload(payload).qos(1).retained(true).build());
    broker.deliverAll();
  }

  void leads(String id, long term) {
    retain("orchestrator/state", "{'state':'online','term':" + term + ",'id':'" + id + "'}");
  }

  void state(String agent, String state, long incarnation) {
    retain(
        "agents/" + agent + "/state",
        "{'state':'" + state + "','incarnation':" + incarnation + "}");
  }

  void joins(String agent, long incarnation, String software, boolean hub) {
    retain(
        "agents/" + agent + "/capability",
        "{'incarnation':"
            + incarnation
            + ",'software':'"
            + software
            + "','hardware':'pi','arch':'aarch64','cores':4,'memoryBytes':1000000,"
            + "'flopsPerSecond':1e9,'uplinkBitsPerSecond':1e6,'failureProbability':0.1,'hub':"
            + hub
            + ",'term':0,'epoch':0}");
    state(agent, "online", incarnation);
  }

  void reports(String agent, long incarnation, String rest) {
    client.publish(
        Message.to("coterie/agents/" + agent + "/report")
            .payload(("{'incarnation':" + incarnation + rest + "}").replace('\'', '"'))
            .build());
    broker.deliverAll();
  }

  void specs(String deployment, long deadlineMs, boolean paused) {
    retain(
        "deployments/" + deployment + "/spec",
        "{'bundle':'"
            + BUNDLE
            + "','strategy':'rocoin','deadlineMs':"
            + deadlineMs
            + ",'successProbability':0.9,'paused':"
            + paused
            + "}");
  }

  void plans(String deployment, boolean complete, String reasons, double latencyMs) {
    retain(
        "deployments/" + deployment + "/plan",
        "{'term':5,'epoch':7,'bundle':'"
            + BUNDLE
            + "','strategy':'rocoin','complete':"
            + complete
            + ",'k':1,'acceptFrom':1,'fuser':'hub','latencyMs':1,'successProbability':0.9,"
            + "'expectedAccuracy':0.9,'reasons':["
            + reasons
            + "],'groups':[{'partition':0,'student':'s','agents':['a'],'latencyMs':1,"
            + "'successProbability':0.9,'members':[{'agent':'a','latencyMs':"
            + latencyMs
            + ",'measured':true,'failureProbability':0.1}]}]}");
  }

  /** A hub and a board that answer frames of a deployment. */
  void isGood() {
    leads("hub", NOW_MS - 1_000);
    joins("hub", NOW_MS - 1_000, "1.0", true);
    joins("a", NOW_MS - 500, "1.0", false);
    specs("porch", 500, false);
    plans("porch", true, "", 20);
    reports("a", NOW_MS - 500, runs());
  }

  /** What a board reports that runs what it is to run. */
  static String runs() {
    return ",'models':[{'bundle':'"
        + BUNDLE
        + "','k':1,'partition':0,'student':'s','latencyMs':1,'frames':1,'totalMs':1}]";
  }
}
