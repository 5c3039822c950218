package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.coterie.agent.board.BoardSettings;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.InboxMessage;
import io.coterie.protocol.message.InboxMessage.Ack;
import io.coterie.protocol.message.InboxMessage.AckStatus;
import io.coterie.protocol.message.InboxMessage.Task;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.PipelineRole.Neighbour;
import io.coterie.protocol.message.PipelineRule;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two agents with segments that run: from a frame on the input topic to its result. The logits of
 * the frame (0, 1) are (0, 1), (0, 2) and (0, 4) at the exits.
 */
@Tag("broker")
@Timeout(120)
final class PipelinesLiveTest {
  private static final TinyBundle BUNDLE = new TinyBundle();
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);
  private static final long DEADLINE_MS = 30_000;
  private static final List<Integer> ALL = List.of(1, 2, 3);
  private static final ExitRule TO_THE_END = threshold(0);

  @TempDir Path folder;
  private final ThreadedBroker broker = new ThreadedBroker();
  private final MessageBus client = broker.client(Optional.empty());
  private final BlockingQueue<Result> results = new LinkedBlockingQueue<>();
  private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
  private EdgeAgent a;
  private EdgeAgent b;
  private long epoch;

  @BeforeEach
  void start() throws Exception {
    client.start(() -> {});
    collect(TOPICS.filter(Topic.RESULT), Result.class, results);
    collect(TOPICS.filter(Topic.AGENT_REPORT), Report.class, reports);
    BUNDLE.content().forEach((digest, bytes) -> retain(TOPICS.of(Topic.MODEL, digest), bytes));
    a = agent("a");
    b = agent("b");
  }

  @AfterEach
  void close() {
    a.close();
    b.close();
    client.close();
    broker.close();
  }

  @Test
  void runsToTheEnd() throws Exception {
    deploy(TO_THE_END, "a", ALL, ALL);
    Result result = answer("f");
    assertEquals(Outcome.OK, result.status());
    assertEquals("yes", result.label());
    assertEquals(3, result.exit());
    assertEquals(1 / (1 + Math.exp(-4)), result.confidence(), 1e-6);
    assertEquals(3, result.agents().size());
    assertEquals("a", result.agents().get(0));
  }

  @Test
  void leavesAtTheFirstExitThatIsGoodEnough() throws Exception {
    deploy(threshold(0.2), "a", ALL, ALL);
    Result result = answer("f");
    assertEquals(2, result.exit());
    assertEquals(1 / (1 + Math.exp(-2)), result.confidence(), 1e-6);
    deploy(threshold(1), "a", ALL, ALL);
    assertEquals(1, answer("g").exit());
  }

  @Test
  void handsOnWhatABoardDoesNotHold() throws Exception {
    deploy(TO_THE_END, "a", List.of(1), List.of(2, 3));
    Result result = answer("f");
    assertEquals(3, result.exit());
    assertEquals(List.of("a", "b", "b"), result.agents());
    deploy(TO_THE_END, "a", List.of(1, 3), List.of(2));
    assertEquals(List.of("a", "b", "a"), answer("g").agents());
    deploy(TO_THE_END, "b", List.of(2), List.of(1, 3));
    assertEquals(List.of("b", "a", "b"), answer("h").agents());
  }

  @Test
  void theStandbyAnswersWhatALostSourceLeft() throws Exception {
    // Nobody holds segment 2: the frame gets stuck at its source.
    deploy(TO_THE_END, "a", List.of(1), List.of(1));
    send("f");
    send("g");
    assertNull(results.poll(300, TimeUnit.MILLISECONDS));
    a.close();
    epoch++;
    assign("b", role(ALL, "b", "", List.of(), TO_THE_END));
    assertEquals("f", next(results).frame());
    assertEquals("g", next(results).frame());
  }

  @Test
  void aFrameThatCannotGoOnGetsTheAnswerSoFarAtItsDeadline() throws Exception {
    epoch++;
    PipelineRole stuck =
        new PipelineRole(
            "d",
            BUNDLE.digest(),
            "net",
            List.of(1),
            "a",
            "",
            List.of(),
            400,
            TO_THE_END,
            PipelineRule.standard());
    assign("a", stuck);
    reports(report -> !report.pipelines().isEmpty());
    Result result = answer("f");
    assertEquals(Outcome.DEGRADED, result.status());
    assertEquals(1, result.exit());
  }

  @Test
  void anUnusableFrameIsRejected() throws Exception {
    deploy(TO_THE_END, "a", ALL, ALL);
    client.publish(Message.to(TOPICS.of(Topic.INPUT, "d", "cam")).payload("no picture").build());
    assertEquals(Outcome.REJECTED, next(results).status());
  }

  @Test
  void whatABoardDoesNotHoldIsHandedBackAndCounted() throws Exception {
    deploy(TO_THE_END, "a", List.of(1), List.of(2, 3));
    assertEquals(AckStatus.REFUSED, status("d", 1));
    assertEquals(AckStatus.REFUSED, status("unknown", 2));
    reports(report -> report.pipelines().stream().anyMatch(piped -> piped.refused() == 1));
  }

  private AckStatus status(String deployment, int segment) throws Exception {
    BlockingQueue<InboxMessage> inbox = new LinkedBlockingQueue<>();
    client.subscribe(
        TOPICS.of(Topic.AGENT_INBOX, "tester"),
        1,
        message -> InboxMessage.of(message).ifPresent(inbox::add));
    Task task =
        new Task(
            "t-" + deployment,
            "tester",
            deployment,
            BUNDLE.digest(),
            "net",
            segment,
            new FrameKey("cam", "x"),
            1000,
            List.of(),
            segment == 1 ? Optional.of(Message.to("picture").build()) : Optional.empty(),
            new float[segment == 1 ? 0 : 4]);
    client.publish(task.toMessage(TOPICS.of(Topic.AGENT_INBOX, "b")));
    return ((Ack) next(inbox)).status();
  }

  /** Source is given, the other board stands by; waits until both carry it out. */
  private void deploy(ExitRule rule, String source, List<Integer> ofA, List<Integer> ofB)
      throws Exception {
    epoch++;
    reports.clear();
    String standby = source.equals("a") ? "b" : "a";
    assign("a", role(ofA, source, standby, List.of(new Neighbour("b", ofB)), rule));
    assign("b", role(ofB, source, standby, List.of(new Neighbour("a", ofA)), rule));
    Predicate<Report> runs = report -> report.pipelines().size() == 1;
    reports(runs.and(report -> report.pipelines().get(0).source() != null));
    reports(runs.and(report -> report.pipelines().get(0).source() == null));
  }

  private static PipelineRole role(
      List<Integer> segments,
      String source,
      String standby,
      List<Neighbour> neighbours,
      ExitRule rule) {
    return new PipelineRole(
        "d",
        BUNDLE.digest(),
        "net",
        segments,
        source,
        standby,
        neighbours,
        DEADLINE_MS,
        rule,
        PipelineRule.standard());
  }

  private void assign(String agent, PipelineRole role) {
    Assignment assignment = new Assignment(1, epoch, List.of(), List.of(), List.of(role));
    retain(TOPICS.of(Topic.AGENT_ASSIGNMENT, agent), Json.bytes(assignment));
  }

  private static ExitRule threshold(double threshold) {
    return new ExitRule(ExitPolicy.MAX_SOFTMAX, threshold, 0, null, null);
  }

  private Result answer(String id) throws Exception {
    send(id);
    Result result = next(results);
    assertEquals(id, result.frame());
    return result;
  }

  private void send(String id) {
    ByteBuffer payload = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    payload.asFloatBuffer().put(new float[] {0, 1, 0, 0});
    client.publish(
        Message.to(TOPICS.of(Topic.INPUT, "d", "cam"))
            .payload(payload.array())
            .property("dtype", "float32")
            .correlation(id.getBytes(StandardCharsets.UTF_8))
            .build());
  }

  private void reports(Predicate<Report> wanted) throws Exception {
    while (!wanted.test(next(reports))) {
      // The next one may be it.
    }
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(60, TimeUnit.SECONDS);
    assertNotNull(next, "nothing came");
    return next;
  }

  private <T> void collect(String filter, Class<T> type, BlockingQueue<T> queue) {
    client.subscribe(
        filter,
        1,
        message -> {
          try {
            queue.add(Json.read(message.payload(), type));
          } catch (JsonException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private void retain(String topic, byte[] payload) {
    client.publish(Message.to(topic).payload(payload).qos(1).retained(true).build());
  }

  private EdgeAgent agent(String id) throws Exception {
    AgentOptions options =
        new AgentOptions(
            id,
            Topics.DEFAULT_BASE,
            folder.resolve(id),
            1,
            1,
            1_000_000,
            1e6,
            0.05,
            false,
            TrustedKeys.ANYBODY,
            BoardSettings.NONE);
    EdgeAgent agent = new EdgeAgent(options, (name, will) -> broker.client(Optional.of(will)));
    agent.start();
    return agent;
  }
}
