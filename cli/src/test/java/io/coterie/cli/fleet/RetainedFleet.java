package io.coterie.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.broker.BrokerOptions;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandLines;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Report;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A broker with what a hub and its boards have left there, and commands that are run against it.
 */
final class RetainedFleet implements AutoCloseable {
  static final Path PATH = Path.of("../models/zoo/meter-digits");

  final Bundle bundle;
  final MessageBus bus;
  private final EmbeddedBroker broker;

  /** What a command printed. */
  record Printed(String out, String err) {}

  RetainedFleet() throws Exception {
    bundle = Bundle.open(PATH);
    broker = EmbeddedBroker.start(BrokerOptions.loopback(0));
    bus = BrokerOption.connect(List.of(broker.address()), "test", 20_000, () -> "");
  }

  URI address() {
    return broker.address();
  }

  void retain(String topic, Object value) throws InterruptedException {
    CountDownLatch there = new CountDownLatch(1);
    byte[] payload = Json.bytes(value);
    bus.subscribe(
        "coterie/" + topic,
        1,
        message -> {
          if (java.util.Arrays.equals(payload, message.payload())) {
            there.countDown();
          }
        });
    bus.publish(Message.to("coterie/" + topic).payload(payload).qos(1).retained(true).build());
    assertTrue(there.await(20, TimeUnit.SECONDS));
    bus.unsubscribe("coterie/" + topic);
  }

  void board(String id, Availability availability) throws InterruptedException {
    retain(
        "agents/" + id + "/capability",
        new Capability(1, "1", "pi", "aarch64", 4, 64_000_000, 2e9, 2e7, 0.05, false, 0, 0));
    retain("agents/" + id + "/state", new AgentState(availability, 1));
  }

  void orchestrator(Availability availability) throws InterruptedException {
    retain("orchestrator/state", new OrchestratorState(availability, 7, "hub"));
  }

  /** A complete plan for the board {@code a}, as answered before specs had generations. */
  PlanMessage plan(long epoch, Reason... reasons) {
    List<PlanMessage.Group> groups = new ArrayList<>();
    for (int partition = 0; partition < 2; partition++) {
      groups.add(new PlanMessage.Group(partition, "s", List.of("a"), 5, 0.99, List.of()));
    }
    return new PlanMessage(
        7,
        epoch,
        bundle.digest(),
        Strategy.ROCOIN,
        true,
        2,
        1,
        groups,
        "a",
        "",
        5,
        0.99,
        0.9,
        List.of(),
        List.of(reasons));
  }

  /** The board {@code a} says that it carries the plan out. */
  void report() {
    List<Report.ModelTime> models = new ArrayList<>();
    for (int partition = 0; partition < 2; partition++) {
      models.add(
          new Report.ModelTime(
              bundle.digest(), Strategy.ROCOIN, 2, partition, "s", 5, 1, 5, List.of()));
    }
    Report report =
        new Report(
            1,
            0,
            0,
            0,
            models,
            List.of(bundle.manifest().name()),
            List.of(),
            List.of(),
            null,
            List.of());
    bus.publish(Message.to("coterie/agents/a/report").payload(Json.bytes(report)).build());
  }

  Printed run(int status, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--broker", broker.address().toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    int got;
    try {
      got = CommandLines.execute(all);
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
    Printed printed =
        new Printed(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    assertEquals(status, got, printed::toString);
    return printed;
  }

  @Override
  public void close() {
    bus.close();
    broker.close();
  }
}
