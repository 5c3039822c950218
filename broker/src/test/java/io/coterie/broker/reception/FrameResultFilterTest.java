package io.coterie.broker.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.simulation.SimulatedMachine;
import io.coterie.protocol.simulation.VirtualLoop;
import io.coterie.protocol.simulation.VirtualTime;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In virtual time: no thread and no clock takes part. */
final class FrameResultFilterTest {
  private static final String NAME = "porch";
  private static final String SOURCE = "cam";
  private static final long DEADLINE_MS = 500;

  private final Topics topics = new Topics(Topics.DEFAULT_BASE);
  private final VirtualTime time = new VirtualTime(1);
  private final SimulatedBroker broker = new SimulatedBroker();
  private final MessageBus publisher = broker.client();
  private final List<Outcome> outcomes = new ArrayList<>();
  private boolean answered = true;
  private FrameResultFilter filter;

  @BeforeEach
  void start() {
    SimulatedMachine hub = new SimulatedMachine(time, "hub");
    hub.start();
    publisher.subscribe(topics.of(Topic.RESULT, NAME, SOURCE), 1, this::heard);
    publisher.start(() -> {});
    filter =
        new FrameResultFilter(topics, broker.client(), topic -> answered, new VirtualLoop(hub));
    filter.start();
    broker.deliverAll();
    spec(Json.bytes(DeploymentSpec.rocoin("0".repeat(64), DEADLINE_MS, 0.9)));
  }

  @Test
  void aFrameThatNobodyAnswersExpiresASecondAfterItsDeadline() {
    assertTrue(frame("1"));
    pass(DEADLINE_MS + 1_000);
    assertEquals(List.of(), outcomes);
    pass(250);
    assertEquals(List.of(Outcome.EXPIRED), outcomes);
  }

  @Test
  void onlyTheFirstResultIsHandedOn() {
    assertTrue(frame("1"));
    assertTrue(result("1"));
    assertFalse(result("1"));
    pass(60_000);
    assertEquals(List.of(), outcomes, "nothing expires that was answered");
  }

  @Test
  void framesOfADeploymentThatNobodyAnswersAreRejected() {
    answered = false;
    assertFalse(frame("1"));
    broker.deliverAll();
    assertEquals(List.of(Outcome.REJECTED), outcomes);
  }

  @Test
  void framesTooLargeForAnyAgentAreRejectedAndNobodyTakesThemIn() {
    assertTrue(frame("1", FrameDecoder.MAX_PAYLOAD_BYTES));
    assertFalse(frame("2", FrameDecoder.MAX_PAYLOAD_BYTES + 1));
    broker.deliverAll();
    assertEquals(List.of(Outcome.REJECTED), outcomes);
  }

  @Test
  void framesAreRejectedBeforeClientsAreSentAway() {
    filter.closing(true);
    assertFalse(frame("1"));
    filter.closing(false);
    assertTrue(frame("2"));
    assertEquals(1, filter.open(1_000_000_000));
  }

  @Test
  void whatADeploymentThatEndsHasNotAnsweredIsRejectedAfterASecond() {
    assertTrue(frame("1"));
    spec(new byte[0]);
    pass(1_250);
    assertEquals(List.of(Outcome.REJECTED), outcomes);
    assertFalse(result("1"), "no agent answers it as well");
  }

  private void spec(byte[] payload) {
    String topic = topics.of(Topic.DEPLOYMENT_SPEC, NAME);
    publisher.publish(Message.to(topic).payload(payload).qos(1).retained(true).build());
    broker.deliverAll();
  }

  private boolean frame(String name) {
    return frame(name, 1);
  }

  private boolean frame(String name, int bytes) {
    String topic = topics.of(Topic.INPUT, NAME, SOURCE);
    Message message =
        Message.to(topic)
            .payload(new byte[bytes])
            .correlation(name.getBytes(StandardCharsets.US_ASCII))
            .build();
    assertTrue(filter.watches(topic));
    return filter.accepts("camera", message);
  }

  private boolean result(String name) {
    Result result =
        Result.without(
            Outcome.EXPIRED, new FrameKey(SOURCE, name), new Result.Portions(0, 1), 1, 0, "late");
    String topic = topics.of(Topic.RESULT, NAME, SOURCE);
    assertTrue(filter.watches(topic));
    return filter.accepts("coterie-kitchen", Message.to(topic).payload(Json.bytes(result)).build());
  }

  private void pass(long milliseconds) {
    time.run(milliseconds * VirtualTime.MS, () -> {});
    broker.deliverAll();
  }

  private void heard(Message message) {
    try {
      outcomes.add(Json.read(message.payload(), Result.class).status());
    } catch (JsonException e) {
      throw new IllegalStateException(e);
    }
  }
}
