package io.coterie.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.AgentOptions;
import io.coterie.agent.EdgeAgent;
import io.coterie.agent.TinyBundle;
import io.coterie.agent.board.BoardSettings;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A hub within this process, as {@code docs/embedding.md} shows it. */
@Tag("broker")
final class HubTest {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);
  private static final String NAME = "tiny";

  @TempDir Path folder;

  private final BlockingQueue<Message> reports = new LinkedBlockingQueue<>();
  private final BlockingQueue<Message> results = new LinkedBlockingQueue<>();

  @Test
  @Timeout(60)
  void anEmbeddedHubAndAnEmbeddedAgentAnswerAFrame() throws Exception {
    try (Hub hub = Hub.start(HubOptions.local(folder.resolve("hub")));
        EdgeAgent agent = agent(hub.address());
        MessageBus bus = bus(hub.address())) {
      agent.start();
      deploy(bus, new TinyBundle());
      bus.publish(frame());
      Message message = results.poll(30, TimeUnit.SECONDS);
      assertNotNull(message, "no result");
      Result result = Json.read(message.payload(), Result.class);
      assertEquals(Outcome.OK, result.status(), result.toString());
      assertEquals("yes", result.label());
      assertEquals(List.of(), hub.problems());
    }
  }

  @Test
  @Timeout(60)
  void runsTheCodeOfThePage() throws Exception {
    BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    try (Hub hub = Hub.start(HubOptions.local(folder));
        MessageBus bus = new PahoBus(ConnectionOptions.of(List.of(hub.address()), "my-program"))) {
      bus.subscribe("coterie/agents/+/state", 1, heard::add);
      bus.start(() -> {});
      System.out.println("boards come to " + hub.address() + "; here is " + heard.take().topic());
    }
  }

  @Test
  void takesTheListenersOfThePage() {
    WebPorts pages = new WebPorts(OptionalInt.of(8080), OptionalInt.of(8443));
    ListenerOptions listening =
        new ListenerOptions(
                "0.0.0.0", 1883, OptionalInt.of(8883), OptionalInt.empty(), false, false)
            .withPages(Optional.of(pages));
    HubOptions options = HubOptions.local(folder).withListening(listening);
    assertTrue(options.listening().guarded());
    assertEquals(Optional.of(pages), options.listening().web());
  }

  @Test
  void thePageShowsTheCodeOfThisTest() throws Exception {
    String page = Files.readString(Path.of("../docs/embedding.md"));
    String test = Files.readString(Path.of("src/test/java/io/coterie/hub/HubTest.java"));
    String[] blocks = page.split("```");
    List<String> code = Arrays.stream(blocks).filter(block -> block.startsWith("java\n")).toList();
    assertEquals(2, code.size());
    for (String block : code) {
      String text = unspaced(block.substring("java".length()));
      assertTrue(unspaced(test).contains(text), "not in this test: " + text);
    }
  }

  private static String unspaced(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void startsAgainInTheSameFolder() throws Exception {
    HubOptions options = HubOptions.local(folder);
    Hub.start(options).close();
    try (Hub hub = Hub.start(options)) {
      assertTrue(hub.serves());
    }
  }

  @Test
  void saysWhichPortIsTakenAndLeavesNothingBehind() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      HubOptions options = HubOptions.local(folder);
      HubException thrown =
          assertThrows(
              HubException.class,
              () -> Hub.start(options.withListening(ListenerOptions.loopback(port))));
      assertTrue(thrown.getMessage().contains(Integer.toString(port)), thrown.getMessage());
      WebPorts pages = new WebPorts(OptionalInt.of(port), OptionalInt.empty());
      ListenerOptions listening = ListenerOptions.loopback(0).withPages(Optional.of(pages));
      thrown = assertThrows(HubException.class, () -> Hub.start(options.withListening(listening)));
      assertTrue(thrown.getMessage().contains("--http-port"), thrown.getMessage());
    }
  }

  @Test
  void saysThatItsFolderCannotBeUsed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    assertThrows(IOException.class, () -> Hub.start(HubOptions.local(file)));
  }

  private EdgeAgent agent(URI broker) throws Exception {
    AgentOptions options =
        new AgentOptions(
            "kitchen",
            TOPICS.base(),
            folder.resolve("agent"),
            1,
            1,
            1 << 20,
            20e6,
            0.05,
            false,
            TrustedKeys.ANYBODY,
            BoardSettings.NONE);
    return new EdgeAgent(
        options,
        (clientId, will) ->
            new PahoBus(ConnectionOptions.of(List.of(broker), clientId).withWill(will)));
  }

  private MessageBus bus(URI broker) throws InterruptedException {
    MessageBus bus = new PahoBus(ConnectionOptions.of(List.of(broker), "embedding"));
    bus.subscribe(TOPICS.filter(Topic.AGENT_REPORT), 1, reports::add);
    bus.subscribe(TOPICS.of(Topic.RESULT, NAME, "cam"), 1, results::add);
    CountDownLatch connected = new CountDownLatch(1);
    bus.start(connected::countDown);
    assertTrue(connected.await(30, TimeUnit.SECONDS), "no connection");
    return bus;
  }

  private void deploy(MessageBus bus, TinyBundle bundle) throws Exception {
    bundle.content().forEach((digest, bytes) -> retain(bus, TOPICS.of(Topic.MODEL, digest), bytes));
    DeploymentSpec spec = DeploymentSpec.rocoin(bundle.digest(), 20_000, 0.9);
    retain(bus, TOPICS.of(Topic.DEPLOYMENT_SPEC, NAME), Json.bytes(spec));
    awaitReports(
        report -> report.fusers().contains(NAME),
        report -> report.models().stream().anyMatch(m -> m.bundle().equals(bundle.digest())));
  }

  private static void retain(MessageBus bus, String topic, byte[] payload) {
    bus.publish(Message.to(topic).payload(payload).qos(1).retained(true).build());
  }

  private void awaitReports(Predicate<Report> first, Predicate<Report> second) throws Exception {
    boolean one = false;
    boolean two = false;
    while (!one || !two) {
      Message message = reports.poll(30, TimeUnit.SECONDS);
      assertNotNull(message, "no report: fuser " + one + ", student " + two);
      Report report = Json.read(message.payload(), Report.class);
      one |= first.test(report);
      two |= second.test(report);
    }
  }

  private static Message frame() {
    ByteBuffer payload = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    payload.asFloatBuffer().put(new float[] {0, 1, 0, 0});
    return Message.to(TOPICS.of(Topic.INPUT, NAME, "cam"))
        .payload(payload.array())
        .property("dtype", "float32")
        .qos(1)
        .build();
  }
}
