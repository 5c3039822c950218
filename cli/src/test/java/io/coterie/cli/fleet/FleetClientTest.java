package io.coterie.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.FleetClient;
import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A client at a broker that retains what a fleet has left there. */
@Tag("broker")
final class FleetClientTest {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);
  private static final Duration LONG = Duration.ofSeconds(20);

  private RetainedFleet fleet;

  @BeforeEach
  void start() throws Exception {
    fleet = new RetainedFleet();
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  private FleetClient client() throws Exception {
    return FleetClient.connect(
        ConnectionOptions.of(List.of(fleet.address()), "client-test"), TOPICS, LONG);
  }

  @RepeatedTest(5)
  void seesAllThatIsRetainedAtTheFirstLook() throws Exception {
    int boards = 400;
    for (int i = 1; i < boards; i++) {
      fleet.bus.publish(
          Message.to("coterie/agents/board-" + i + "/state")
              .payload(Json.bytes(new AgentState(Availability.ONLINE, 1)))
              .qos(1)
              .retained(true)
              .build());
    }
    fleet.retain("agents/board-0/state", new AgentState(Availability.ONLINE, 1));
    fleet.retain("deployments/meter/plan", fleet.plan(4));
    try (FleetClient client = client()) {
      FleetView view = client.view();
      assertEquals(boards, view.fleet().members().size());
      assertEquals(4, view.deployment("meter").plan().orElseThrow().epoch());
    }
  }

  @Test
  void hasTheFilesThatTheBrokerHas() throws Exception {
    byte[] file = "some model".getBytes(StandardCharsets.UTF_8);
    fleet.bus.publish(
        Message.to("coterie/models/" + Digest.of(file))
            .payload(file)
            .qos(1)
            .retained(true)
            .build());
    try (FleetClient client = client()) {
      String unknown = "5e".repeat(32);
      assertEquals(
          List.of(Digest.of(file)),
          List.copyOf(client.models(List.of(unknown, Digest.of(file))).keySet()));
    }
  }

  @Test
  void hearsItsOwnMessages() throws Exception {
    try (FleetClient client = client()) {
      assertTrue(client.echoes(1 << 20, LONG));
      assertFalse(client.hears(), "nobody has asked for the fleet");
    }
  }

  @Test
  void tellsEveryChange() throws Exception {
    BlockingQueue<FleetView> changes = new LinkedBlockingQueue<>();
    try (FleetClient client = client()) {
      client.follow(changes::add);
      assertEquals(FleetView.NOTHING.fleet(), changes.take().fleet());
      fleet.board("a", Availability.ONLINE);
      assertTrue(client.await(view -> view.fleet().isOnline("a"), LONG));
      FleetView last = changes.poll(20, TimeUnit.SECONDS);
      while (last != null && !last.fleet().isOnline("a")) {
        last = changes.poll(20, TimeUnit.SECONDS);
      }
      assertTrue(last != null && last.fleet().isOnline("a"));
      assertFalse(client.await(view -> view.fleet().isOnline("b"), Duration.ofMillis(50)));
    }
  }

  @Test
  void givesEachFrameItsOwnResult() throws Exception {
    BlockingQueue<Message> frames = new LinkedBlockingQueue<>();
    fleet.bus.subscribe("coterie/deployments/meter/input/porch", 1, frames::add);
    try (FleetClient client = client()) {
      CompletableFuture<Result> first = client.frame("meter", "porch", new byte[] {1}, LONG);
      CompletableFuture<Result> second = client.frame("meter", "porch", new byte[] {2}, LONG);
      Message one = frames.take();
      answer(frames.take());
      assertEquals(Outcome.REJECTED, second.get().status());
      assertFalse(first.isDone());
      answer(one);
      assertEquals(new String(one.correlation(), StandardCharsets.US_ASCII), first.get().frame());
    }
  }

  private void answer(Message frame) {
    String id = new String(frame.correlation(), StandardCharsets.US_ASCII);
    fleet.bus.publish(
        Message.to("coterie/deployments/meter/result/porch")
            .payload(
                "{\"frame\":\""
                    + id
                    + "\",\"source\":\"porch\",\"status\":\"rejected\",\"reason\":\"a test\","
                    + "\"portions\":{\"have\":0,\"of\":0}}")
            .qos(1)
            .build());
  }

  @Test
  void aFrameFailsWhoseResultDoesNotComeOrCannot() throws Exception {
    FleetClient client = client();
    CompletableFuture<Result> late =
        client.frame("meter", "porch", new byte[] {1}, Duration.ofMillis(50));
    assertInstanceOf(
        TimeoutException.class, assertThrows(ExecutionException.class, late::get).getCause());
    CompletableFuture<Result> open = client.frame("meter", new byte[] {1});
    client.close();
    assertInstanceOf(
        IOException.class, assertThrows(ExecutionException.class, open::get).getCause());
    CompletableFuture<Result> closed = client.frame("meter", new byte[] {1});
    assertInstanceOf(
        IOException.class, assertThrows(ExecutionException.class, closed::get).getCause());
  }

  @Test
  void saysWhereNoBrokerAnswers() {
    List<URI> nowhere = ConnectionOptions.parseBrokers("localhost:1");
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                FleetClient.connect(
                    ConnectionOptions.of(nowhere, "t"), TOPICS, Duration.ofMillis(100)));
    assertTrue(
        e.getMessage().startsWith("no broker answers at [mqtt://localhost:1]"), e::getMessage);
  }
}
