package io.coterie.cli.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.AgentOptions;
import io.coterie.agent.EdgeAgent;
import io.coterie.agent.board.BoardSettings;
import io.coterie.cli.BrokerOption;
import io.coterie.cli.LocalMosquitto;
import io.coterie.client.FleetClient;
import io.coterie.client.fleet.Answer;
import io.coterie.hub.Hub;
import io.coterie.hub.HubOptions;
import io.coterie.models.digits.MeterDigits;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.awt.image.BufferedImage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What publishers get, whatever they publish: a hub and two agents within this process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PublisherIT {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);
  private static final String NAME = "meter";
  private static final String SOURCE = "cam1";
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final BlockingQueue<Message> results = new LinkedBlockingQueue<>();
  private final List<EdgeAgent> agents = new ArrayList<>();
  private Path folder;
  private Hub hub;
  private List<URI> brokers;
  private MessageBus bus;
  private int frames;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    hub = Hub.start(HubOptions.local(folder));
    brokers = List.of(hub.address());
    bus = BrokerOption.connect(brokers, "test", 20_000, () -> "");
    agents.add(agent("a"));
    agents.add(agent("b"));
    ConnectionOptions options = ConnectionOptions.of(brokers, "deploy");
    try (FleetClient client = FleetClient.connect(options, TOPICS, Duration.ofSeconds(20))) {
      Bundle bundle = Bundle.open(Path.of("../models/zoo/meter-digits"));
      DeploymentSpec spec = DeploymentSpec.rocoin(bundle.digest(), 5_000, 0.9);
      Answer answer = client.deploy(NAME, bundle, spec, Duration.ofMinutes(1), progress -> {});
      assertEquals(Answer.State.RUNS, answer.state(), answer.toString());
    }
    bus.subscribe(TOPICS.of(Topic.RESULT, NAME, SOURCE), 1, results::add);
  }

  @BeforeEach
  void forget() {
    results.clear();
  }

  @AfterAll
  void stop() {
    agents.forEach(EdgeAgent::close);
    bus.close();
    hub.close();
  }

  @Test
  void answersAPngOnItsResultTopicAndOnTheResponseTopic() throws Exception {
    BlockingQueue<Message> responses = new LinkedBlockingQueue<>();
    bus.subscribe("elsewhere/answers", 1, responses::add);
    MeterDigits.Sample sample = MeterDigits.generate(77, 3);
    bus.publish(frame("png-1").payload(png(sample)).responseTopic("elsewhere/answers").build());
    Result result = result();
    assertEquals(Outcome.OK, result.status(), result.toString());
    assertEquals("png-1", result.frame());
    assertEquals(Integer.toString(sample.label()), result.label());
    Message response = responses.poll(10, TimeUnit.SECONDS);
    assertNotNull(response);
    assertEquals("png-1", new String(response.correlation(), StandardCharsets.UTF_8));
  }

  @Test
  void recordsATracedFrameAtTheBrokerTheAgentsAndTheFuser() throws Exception {
    InMemorySpanExporter spans = InMemorySpanExporter.create();
    GlobalOpenTelemetry.resetForTest();
    try (OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build()) {
      GlobalOpenTelemetry.set(sdk);
      bus.publish(
          frame("traced")
              .payload(png(MeterDigits.generate(78, 3)))
              .build()
              .with("traceparent", TRACE));
      Message answer = results.poll(10, TimeUnit.SECONDS);
      assertNotNull(answer);
      assertTrue(answer.property("traceparent").startsWith(TRACE.substring(0, 36)));
      List<SpanData> recorded = spans.getFinishedSpanItems();
      assertTrue(
          recorded.stream()
              .map(SpanData::getName)
              .collect(Collectors.toSet())
              .containsAll(Set.of("student", "fuse", "frame")),
          recorded::toString);
      for (SpanData span : recorded) {
        assertEquals(TRACE.substring(3, 35), span.getTraceId());
        assertEquals(TRACE.substring(36, 52), span.getParentSpanId());
      }
    } finally {
      GlobalOpenTelemetry.resetForTest();
    }
  }

  @Test
  void handsOnOneResultWhoeverElseAnswers() throws Exception {
    BlockingQueue<Message> responses = new LinkedBlockingQueue<>();
    bus.subscribe("elsewhere/once", 1, responses::add);
    byte[] picture = png(MeterDigits.generate(77, 8));
    bus.publish(frame("once").payload(picture).responseTopic("elsewhere/once").build());
    Message first = results.poll(10, TimeUnit.SECONDS);
    assertNotNull(first);
    // Another fuser's, later: the same result, and its copy for the response topic.
    for (String topic : List.of(first.topic(), "elsewhere/once")) {
      bus.publish(
          Message.to(topic)
              .payload(first.payload())
              .qos(1)
              .correlation(first.correlation())
              .build());
    }
    bus.publish(frame("sentinel").payload(picture).responseTopic("elsewhere/once").build());
    assertEquals("sentinel", result().frame());
    assertEquals("once", correlation(responses));
    assertEquals("sentinel", correlation(responses));
  }

  private static String correlation(BlockingQueue<Message> from) throws Exception {
    Message message = from.poll(10, TimeUnit.SECONDS);
    assertNotNull(message);
    return new String(message.correlation(), StandardCharsets.US_ASCII);
  }

  @Test
  void rejectsFramesThatNobodyWouldAnswer() throws Exception {
    BlockingQueue<Message> elsewhere = new LinkedBlockingQueue<>();
    bus.subscribe(TOPICS.of(Topic.RESULT, "nothing", SOURCE), 1, elsewhere::add);
    bus.publish(
        Message.to(TOPICS.of(Topic.INPUT, "nothing", SOURCE))
            .payload("any")
            .qos(1)
            .correlation("lonely".getBytes(StandardCharsets.US_ASCII))
            .build());
    Message message = elsewhere.poll(10, TimeUnit.SECONDS);
    assertNotNull(message);
    Result result = Json.read(message.payload(), Result.class);
    assertEquals(Outcome.REJECTED, result.status());
    assertEquals("lonely", result.frame());
    assertTrue(result.reason().contains("'nothing'"), result.reason());
    assertEquals(1_000, result.retryAfterMs());
  }

  @Test
  void answersARawTensor() throws Exception {
    MeterDigits.Sample sample = MeterDigits.generate(77, 4);
    bus.publish(
        frame("raw-1")
            .payload(sample.image().values())
            .contentType("application/octet-stream")
            .property("dtype", "uint8")
            .property("shape", "3,32,32")
            .build());
    assertEquals(Integer.toString(sample.label()), result().label());
  }

  @Test
  void answersA311PublisherEveryTime() throws Exception {
    Optional<Path> program = LocalMosquitto.client("mosquitto_pub");
    Assumptions.assumeTrue(program.isPresent(), LocalMosquitto.MISSING);
    Path jpg = folder.resolve("some.jpg");
    BufferedImage image =
        ImageIO.read(new java.io.ByteArrayInputStream(png(MeterDigits.generate(77, 5))));
    ImageIO.write(image, "jpg", jpg.toFile());
    for (int i = 0; i < 2; i++) {
      assertEquals(0, publish311(program.get(), NAME, jpg));
      Result result = result();
      assertEquals(Outcome.OK, result.status(), result.toString());
      assertTrue(result.frame().startsWith("h:"), result.frame());
    }
  }

  @Test
  void keepsA311PublisherWhoseFramesNobodyWouldAnswer() throws Exception {
    Optional<Path> program = LocalMosquitto.client("mosquitto_pub");
    Assumptions.assumeTrue(program.isPresent(), LocalMosquitto.MISSING);
    Path text = Files.writeString(folder.resolve("some.txt"), "any");
    assertEquals(0, publish311(program.get(), "nothing", text), "it was not sent away");
  }

  /** Gives the publisher's exit status. */
  private int publish311(Path program, String deployment, Path file) throws Exception {
    Process process =
        new ProcessBuilder(
                program.toString(),
                "-V",
                "mqttv311",
                "-q",
                "1",
                "-p",
                Integer.toString(hub.address().getPort()),
                "-t",
                TOPICS.of(Topic.INPUT, deployment, SOURCE),
                "-f",
                file.toString())
            .inheritIO()
            .start();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return process.exitValue();
  }

  @Test
  void rejectsWhatIsNoFrameOnceWithTheReason() throws Exception {
    assertRejected("payload is empty", new byte[0]);
    assertRejected(
        "payload of 5 bytes is neither JPEG nor PNG", "hello".getBytes(StandardCharsets.UTF_8));
    byte[] truncated = java.util.Arrays.copyOf(png(MeterDigits.generate(77, 6)), 100);
    assertTrue(rejection(truncated).startsWith("damaged picture: "));
    assertRejected("payload of 52428800 bytes is larger than 8388608", new byte[50 << 20]);
    assertAnswers();
  }

  @Test
  void rejectsATensorOfAnotherShapeOnce() throws Exception {
    bus.publish(frame("shape").payload(new byte[784]).property("dtype", "uint8").build());
    Result result = result();
    assertEquals("tensor has 784 bytes, shape 3,32,32 needs 3072", result.reason());
    assertNoOtherResult();
  }

  @Test
  void answersARepeatedFrameOnce() throws Exception {
    Message frame = frame("twice").payload(png(MeterDigits.generate(77, 7))).build();
    bus.publish(frame);
    bus.publish(frame);
    assertEquals("twice", result().frame());
    assertNoOtherResult();
  }

  @Test
  void refusesToAnswerOnTheFleetsOwnTopics() throws Exception {
    BlockingQueue<Message> stolen = new LinkedBlockingQueue<>();
    String assignment = TOPICS.of(Topic.AGENT_ASSIGNMENT, "nobody");
    bus.subscribe(assignment, 1, stolen::add);
    byte[] png = png(MeterDigits.generate(77, 8));
    bus.publish(frame("thief").payload(png).responseTopic(assignment).build());
    assertEquals("thief", result().frame());
    assertAnswers();
    assertTrue(stolen.isEmpty());
  }

  @Test
  void survivesGarbageOnEveryControlTopic() throws Exception {
    for (String topic :
        List.of(
            TOPICS.of(Topic.AGENT_STATE, "ghost"),
            TOPICS.of(Topic.AGENT_CAPABILITY, "a"),
            TOPICS.of(Topic.AGENT_ASSIGNMENT, "a"),
            TOPICS.of(Topic.AGENT_STATE, "a"),
            TOPICS.of(Topic.DEPLOYMENT_SPEC, "other"),
            TOPICS.of(Topic.DEPLOYMENT_PLAN, "other"),
            TOPICS.of(Topic.PORTION, NAME, "0"),
            TOPICS.of(Topic.ORCHESTRATOR_STATE))) {
      bus.publish(Message.to(topic).payload("{\"state\":7,[").qos(1).retained(true).build());
    }
    assertAnswers();
  }

  @Test
  void stopsTheOlderOfTwoAgentsWithOneName() throws Exception {
    try (EdgeAgent older = agent("twin");
        EdgeAgent younger = agent("twin")) {
      String reason = older.ended().get(20, TimeUnit.SECONDS);
      assertTrue(reason.startsWith("another agent named twin was started later"), reason);
      assertTrue(!younger.ended().isDone());
    }
    assertAnswers();
  }

  private EdgeAgent agent(String id) throws Exception {
    AgentOptions options =
        new AgentOptions(
            id,
            "coterie",
            folder.resolve(id),
            1,
            1,
            64 << 20,
            20e6,
            0.05,
            false,
            TrustedKeys.ANYBODY,
            BoardSettings.NONE);
    EdgeAgent agent =
        new EdgeAgent(
            options,
            (clientId, will) ->
                new PahoBus(ConnectionOptions.of(brokers, clientId).withWill(will)));
    agent.start();
    return agent;
  }

  private Message.Builder frame(String id) {
    return Message.to(TOPICS.of(Topic.INPUT, NAME, SOURCE))
        .qos(1)
        .correlation(id.getBytes(StandardCharsets.UTF_8));
  }

  private void assertRejected(String reason, byte[] payload) throws Exception {
    assertEquals(reason, rejection(payload));
  }

  private String rejection(byte[] payload) throws Exception {
    bus.publish(frame("bad-" + frames++).payload(payload).build());
    Result result = result();
    assertEquals(Outcome.REJECTED, result.status(), result.toString());
    assertNull(result.label());
    assertNoOtherResult();
    return result.reason();
  }

  private void assertAnswers() throws Exception {
    MeterDigits.Sample sample = MeterDigits.generate(77, 100 + frames);
    bus.publish(frame("good-" + frames++).payload(png(sample)).build());
    Result result = result();
    assertEquals(Outcome.OK, result.status(), result.toString());
  }

  private void assertNoOtherResult() throws InterruptedException {
    assertNull(results.poll(300, TimeUnit.MILLISECONDS));
  }

  private Result result() throws Exception {
    Message message = results.poll(20, TimeUnit.SECONDS);
    assertNotNull(message, "no result within 20 s");
    return Json.read(message.payload(), Result.class);
  }

  static byte[] png(MeterDigits.Sample sample) throws Exception {
    Path file = Files.createTempFile("digit", ".png");
    try {
      BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_3BYTE_BGR);
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
          for (int c = 0; c < 3; c++) {
            image.getRaster().setSample(x, y, c, sample.image().at(c, y, x));
          }
        }
      }
      ImageIO.write(image, "png", file.toFile());
      return Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
  }
}
