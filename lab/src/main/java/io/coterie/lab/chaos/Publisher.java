package io.coterie.lab.chaos;

import io.coterie.lab.demo.Frames;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Publishes frames as a careful camera does, and notes all that it hears. Where its connection
 * breaks, the frames without a result are published again under another identity when it is back;
 * those that come due meanwhile are not published.
 *
 * <p>Thread-safe.
 */
final class Publisher implements MessageBus.Listener {
  private static final String SOURCE = "chaos";

  private record Open(int frame, int attempt, int picture) {}

  private final MessageBus bus;
  private final Topics topics;
  private final String deployment;
  private final History history;
  private final Frames frames;
  private final int pictures;
  private final Map<String, Open> open = new LinkedHashMap<>();
  private Optional<PlanMessage> plan = Optional.empty();
  private long planAtNs;
  private Optional<OrchestratorState> leader = Optional.empty();
  private final Map<String, AgentState> agents = new LinkedHashMap<>();
  private int next;
  private boolean connected;

  /**
   * Prepares.
   *
   * @param bus not yet started
   * @param pictures how many different ones are sent
   */
  Publisher(
      MessageBus bus,
      Topics topics,
      String deployment,
      History history,
      Frames frames,
      int pictures) {
    this.bus = bus;
    this.topics = topics;
    this.deployment = deployment;
    this.history = history;
    this.frames = frames;
    this.pictures = pictures;
    hear(topics.of(Topic.RESULT, deployment, SOURCE), Result.class, (m, r) -> answered(r));
    hear(topics.of(Topic.DEPLOYMENT_PLAN, deployment), PlanMessage.class, this::planned);
    hear(topics.filter(Topic.AGENT_STATE), AgentState.class, this::agent);
    hear(topics.of(Topic.ORCHESTRATOR_STATE), OrchestratorState.class, (m, s) -> leader(s));
  }

  private interface Handler<T> {
    void accept(Message message, T value);
  }

  private <T> void hear(String filter, Class<T> type, Handler<T> handler) {
    Consumer<Message> listener =
        message -> {
          if (message.payload().length > 0 && message.property("echo").isEmpty()) {
            try {
              handler.accept(message, Json.read(message.payload(), type));
            } catch (JsonException e) {
              throw new IllegalStateException(message.topic() + ": " + e.getMessage(), e);
            }
          }
        };
    bus.subscribe(filter, 1, listener);
  }

  private synchronized void answered(Result result) {
    history.add(ns -> new HistoryEvent.Answered(ns, result));
    open.remove(result.frame());
  }

  private synchronized void planned(Message message, PlanMessage newPlan) {
    boolean live = !message.retained();
    history.add(ns -> new HistoryEvent.Planned(ns, newPlan, live));
    plan = Optional.of(newPlan);
    planAtNs = System.nanoTime();
  }

  private synchronized void agent(Message message, AgentState state) {
    String name = topics.parse(message.topic()).orElseThrow().name();
    agents.put(name, state);
    history.add(ns -> new HistoryEvent.AgentTold(ns, name, state));
  }

  private synchronized void leader(OrchestratorState state) {
    leader = Optional.of(state);
    history.add(ns -> new HistoryEvent.LeaderTold(ns, state));
  }

  @Override
  public synchronized void connected() {
    connected = true;
    history.add(ns -> new HistoryEvent.Linked(ns, true));
    Map<String, Open> before = new LinkedHashMap<>(open);
    open.clear();
    before.values().forEach(o -> publish(o.frame(), o.attempt() + 1, o.picture()));
  }

  @Override
  public synchronized void disconnected(String reason) {
    connected = false;
    agents.clear();
    history.add(ns -> new HistoryEvent.Linked(ns, false));
  }

  /** Publishes the next frame, if there is a connection. */
  synchronized void publish() {
    int frame = next++;
    if (connected) {
      publish(frame, 0, frame % pictures);
    } else {
      history.add(ns -> new HistoryEvent.Unaccepted(ns, frame));
    }
  }

  private void publish(int frame, int attempt, int picture) {
    byte[] png = frames.png(picture);
    String id = history.add(ns -> new HistoryEvent.Sent(ns, frame, attempt, picture)).id();
    open.put(id, new Open(frame, attempt, picture));
    bus.publish(
        Message.to(topics.of(Topic.INPUT, deployment, SOURCE))
            .payload(png)
            .qos(1)
            .correlation(id.getBytes(StandardCharsets.US_ASCII))
            .build());
  }

  /** Number of frames that wait for a result. */
  synchronized int open() {
    return open.size();
  }

  synchronized boolean isConnected() {
    return connected;
  }

  synchronized Optional<PlanMessage> plan() {
    return plan;
  }

  /** How long the plan has been the same. */
  synchronized long planAgeNs() {
    return System.nanoTime() - planAtNs;
  }

  synchronized Optional<OrchestratorState> leader() {
    return leader;
  }

  /** The last that an agent, or its will, told. */
  synchronized Optional<AgentState> agent(String name) {
    return Optional.ofNullable(agents.get(name));
  }
}
