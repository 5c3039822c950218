package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.coterie.agent.board.BoardSettings;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Agents that run on a broker within this process, and a client that sees what they publish. */
final class LiveFleet implements AutoCloseable {
  static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);

  final BlockingQueue<Result> results = new LinkedBlockingQueue<>();
  final BlockingQueue<Control> controls = new LinkedBlockingQueue<>();
  final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
  final BlockingQueue<AgentState> states = new LinkedBlockingQueue<>();
  private final Path folder;
  private final ThreadedBroker broker = new ThreadedBroker();
  private final MessageBus client = broker.client(Optional.empty());
  private final Map<String, EdgeAgent> agents = new HashMap<>();

  /** Starts agents that can fetch the bundle. */
  LiveFleet(Path folder, TinyBundle bundle, String... names) throws Exception {
    this(folder, bundle, BoardSettings.NONE, names);
  }

  /** Starts agents that stand on something else, such as engines that fail. */
  LiveFleet(Path folder, TinyBundle bundle, UnaryOperator<AgentPorts> ports, String... names)
      throws Exception {
    this(folder, bundle);
    for (String name : names) {
      AgentOptions options = options(name, BoardSettings.NONE);
      AgentPorts changed = ports.apply(AgentPorts.ofThisProcess(options));
      EdgeAgent agent =
          new EdgeAgent(options, (id, will) -> broker.client(Optional.of(will)), changed);
      agent.start();
      agents.put(name, agent);
    }
  }

  /** Starts agents on boards that have something attached. */
  LiveFleet(Path folder, TinyBundle bundle, BoardSettings board, String... names) throws Exception {
    this.folder = folder;
    client.start(() -> {});
    collect(TOPICS.filter(Topic.RESULT), Result.class, results);
    collect(TOPICS.filter(Topic.CONTROL), Control.class, controls);
    collect(TOPICS.filter(Topic.AGENT_REPORT), Report.class, reports);
    collect(TOPICS.filter(Topic.AGENT_STATE), AgentState.class, states);
    provide(bundle);
    for (String name : names) {
      start(name, board);
    }
  }

  /** Publishes the bundle's files. */
  void provide(TinyBundle bundle) {
    bundle.content().forEach((digest, bytes) -> retain(TOPICS.of(Topic.MODEL, digest), bytes));
  }

  /** Starts an agent. */
  void start(String name, BoardSettings board) throws Exception {
    agents.put(name, agent(name, board));
  }

  private EdgeAgent agent(String id, BoardSettings board) throws Exception {
    EdgeAgent agent =
        new EdgeAgent(options(id, board), (name, will) -> broker.client(Optional.of(will)));
    agent.start();
    return agent;
  }

  private AgentOptions options(String id, BoardSettings board) {
    return new AgentOptions(
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
        board);
  }

  /** Ends an agent. */
  void stop(String agent) {
    agents.remove(agent).close();
  }

  /** The broker gives up late a connection that the agent had in an earlier life. */
  void lateWillOf(String agent) {
    retain(
        TOPICS.of(Topic.AGENT_STATE, agent), Json.bytes(new AgentState(Availability.OFFLINE, 1)));
  }

  void publish(Message message) {
    client.publish(message);
  }

  void assign(String agent, Assignment assignment) {
    retain(TOPICS.of(Topic.AGENT_ASSIGNMENT, agent), Json.bytes(assignment));
  }

  /** Publishes the frame (0, 1). */
  void frame(String id) {
    ByteBuffer payload = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    payload.asFloatBuffer().put(new float[] {0, 1, 0, 0});
    client.publish(
        Message.to(TOPICS.of(Topic.INPUT, "d", "cam"))
            .payload(payload.array())
            .property("dtype", "float32")
            .correlation(id.getBytes(StandardCharsets.UTF_8))
            .build());
  }

  /** One report for each spec, in whatever order they come. */
  List<Report> reports(Predicate<Report> first, Predicate<Report> second) throws Exception {
    Optional<Report> one = Optional.empty();
    Optional<Report> two = Optional.empty();
    while (one.isEmpty() || two.isEmpty()) {
      Report report = next(reports);
      one = first.test(report) ? Optional.of(report) : one;
      two = second.test(report) ? Optional.of(report) : two;
    }
    return List.of(one.get(), two.get());
  }

  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(30, TimeUnit.SECONDS);
    assertNotNull(next, "nothing came");
    return next;
  }

  private void retain(String topic, byte[] payload) {
    client.publish(Message.to(topic).payload(payload).qos(1).retained(true).build());
  }

  private <T> void collect(String filter, Class<T> type, BlockingQueue<T> queue) {
    client.subscribe(
        filter,
        0,
        message -> {
          try {
            queue.add(Json.read(message.payload(), type));
          } catch (JsonException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Override
  public void close() {
    agents.values().forEach(EdgeAgent::close);
    client.close();
    broker.close();
  }
}
