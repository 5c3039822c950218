package io.coterie.cli.hub;

import io.coterie.agent.arrival.FrameArrival;
import io.coterie.agent.arrival.ResultSender;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.Optional;

/**
 * Rejects the frames that nobody would answer, so that none vanishes without a word: those of a
 * deployment without an agent that answers, such as between a broker's start and the fuser's
 * return, and all of them before the broker sends its clients away.
 *
 * <p>Thread-safe.
 */
final class FrameReception {
  /** Agents are back within about a second. */
  private static final long RETRY_AFTER_MS = 1_000;

  /** What identifiers of agents begin with. */
  private static final String AGENTS = "coterie-";

  private final EmbeddedBroker broker;
  private final Topics topics;
  private final MessageBus bus;
  private final ResultSender results;
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
    broker.receive(reception::takes, reception::reject);
    return reception;
  }

  /** Whether new frames are rejected, because the broker is about to send its clients away. */
  void closing(boolean now) {
    closing = now;
  }

  private boolean takes(String topic) {
    Optional<Topics.Parsed> input =
        topics.parse(topic).filter(parsed -> parsed.topic() == Topic.INPUT);
    return input.isEmpty() || (!closing && isAnswered(input.get().name()));
  }

  /** Exactly those agents that answer, or stand by to, listen to all results of a deployment. */
  private boolean isAnswered(String deployment) {
    return broker.isHeard(AGENTS, topics.filter(Topic.RESULT, deployment));
  }

  private void reject(Message message) {
    Topics.Parsed input = topics.parse(message.topic()).orElseThrow();
    String reason =
        closing
            ? "this broker hands over to the first hub: send it again"
            : "no agent answers for '"
                + input.name()
                + "': it is not deployed, or its fuser is not connected (yet)";
    FrameKey key = FrameKey.of(input.names().get(1), message);
    Result result =
        Result.without(Outcome.REJECTED, key, new Result.Portions(0, 0), 0, 0, reason)
            .retryAfter(RETRY_AFTER_MS);
    results.send(input.name(), FrameArrival.of(key, message), result);
  }
}
