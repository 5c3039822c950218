package io.coterie.cli.hub;

import io.coterie.agent.arrival.FrameArrival;
import io.coterie.agent.arrival.ResultSender;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Sees to it that every frame gets exactly one result, whatever becomes of those who answer. A
 * broker is the one place that all frames and results come through.
 *
 * <ul>
 *   <li>Frames that nobody would answer are rejected: those of a deployment without an agent that
 *       answers, such as between a broker's start and the fuser's return, and all of them before
 *       the broker sends its clients away.
 *   <li>Only the first result of a frame is handed on, and none of frames that this broker did not
 *       take: their publisher's connection broke, and it has published them again.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class FrameReception {
  /** Agents are back within about a second. */
  private static final long RETRY_AFTER_MS = 1_000;

  /** What identifiers of agents begin with. */
  private static final String AGENTS = "coterie-";

  private static final int MOST_COPIES = 64;

  private final EmbeddedBroker broker;
  private final Topics topics;
  private final MessageBus bus;
  private final ResultSender results;
  private final FrameBook frames = new FrameBook();

  /** Of dropped results: who sent it for which frame. A copy for a response topic comes next. */
  private final Recent<String> dropped = new Recent<>(MOST_COPIES);

  private volatile boolean closing;

  private FrameReception(EmbeddedBroker broker, Topics topics) {
    this.broker = broker;
    this.topics = topics;
    bus = broker.bus();
    results = new ResultSender(topics, bus::publish);
  }

  /** Opens for as long as the broker runs. */
  static FrameReception open(EmbeddedBroker broker, Topics topics) {
    FrameReception reception = new FrameReception(broker, topics);
    reception.bus.start(() -> {});
    broker.receive(reception::watches, reception::takes);
    return reception;
  }

  /** Whether new frames are rejected, because the broker is about to send its clients away. */
  void closing(boolean now) {
    closing = now;
  }

  /** Number of frames that came within this time and have no result. */
  int open(long withinNs) {
    return frames.open(withinNs, System.nanoTime());
  }

  private boolean watches(String topic) {
    return topics
        .parse(topic)
        .map(parsed -> parsed.topic() == Topic.INPUT || parsed.topic() == Topic.RESULT)
        .orElse(!dropped.isEmpty());
  }

  private boolean takes(String sender, Message message) {
    Optional<Topics.Parsed> topic = topics.parse(message.topic());
    if (topic.isEmpty()) {
      return !dropped.remove(copy(sender, message));
    }
    return topic.get().topic() == Topic.INPUT
        ? takesFrame(topic.get(), message)
        : takesResult(sender, topic.get(), message);
  }

  private boolean takesFrame(Topics.Parsed topic, Message message) {
    FrameKey key = FrameKey.of(topic.names().get(1), message);
    if (closing || !isAnswered(topic.name())) {
      reject(topic, key, message);
      return false;
    }
    frames.taken(topic.name(), key, System.nanoTime());
    return true;
  }

  private boolean takesResult(String sender, Topics.Parsed topic, Message message) {
    Result result;
    try {
      result = Json.read(message.payload(), Result.class);
    } catch (JsonException e) {
      // Whoever publishes that is not one of ours; readers cope with it.
      return true;
    }
    FrameKey key = new FrameKey(topic.names().get(1), result.frame());
    if (result.status() == Outcome.REJECTED) {
      frames.rejected(topic.name(), key, System.nanoTime());
      return true;
    }
    boolean first = frames.answers(topic.name(), key, System.nanoTime());
    if (!first && message.correlation().length > 0) {
      dropped.add(copy(sender, message));
    }
    return first;
  }

  private static String copy(String sender, Message message) {
    return sender + " " + HexFormat.of().formatHex(message.correlation());
  }

  /** Exactly those agents that answer, or stand by to, listen to all results of a deployment. */
  private boolean isAnswered(String deployment) {
    return broker.isHeard(AGENTS, topics.filter(Topic.RESULT, deployment));
  }

  private void reject(Topics.Parsed input, FrameKey key, Message message) {
    String reason =
        closing
            ? "this broker hands over to the first hub: send it again"
            : "no agent answers for '"
                + input.name()
                + "': it is not deployed, or its fuser is not connected (yet)";
    Result result =
        Result.without(Outcome.REJECTED, key, new Result.Portions(0, 0), 0, 0, reason)
            .retryAfter(RETRY_AFTER_MS);
    results.send(input.name(), FrameArrival.of(key, message), result);
  }
}
