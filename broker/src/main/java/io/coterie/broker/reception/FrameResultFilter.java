package io.coterie.broker.reception;

import io.coterie.broker.EmbeddedBroker;
import io.coterie.broker.PublishRule;
import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.arrival.ResultSender;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.runtime.EventLoop;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import io.coterie.protocol.trace.Trace;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Sees to it that every frame gets exactly one result, whatever becomes of those who answer. A
 * broker is the one place that all frames and results come through.
 *
 * <ul>
 *   <li>Frames that nobody would answer are rejected: those of a deployment without an agent that
 *       answers, such as between a broker's start and the fuser's return, and all of them before
 *       the broker sends its clients away.
 *   <li>Frames that are too large for any agent are rejected, and no agent has to take them in.
 *   <li>Frames that nobody has answered by a second after their deadline have expired, such as
 *       those that were read by a broker that had been frozen, after its agents had given it up.
 *   <li>Frames that nobody has answered by a second after their deployment ended are rejected.
 *   <li>Only the first result of a frame is handed on, and none of frames that this broker did not
 *       take: their publisher's connection broke, and it has published them again.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class FrameResultFilter implements AutoCloseable {
  /** Agents are back within about a second. */
  private static final long RETRY_AFTER_MS = 1_000;

  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long GRACE_MS = 1_000;

  /** Of deployments that have ended: what was on its way may still arrive within the grace. */
  private static final long ENDED = 0;

  /** Of deployments whose spec was not heard: nobody may ask for more. */
  private static final long LONGEST_DEADLINE_MS = 60_000;

  /** What identifiers of agents begin with. */
  private static final String AGENTS = "coterie-";

  private static final int MOST_COPIES = 64;

  private final Topics topics;
  private final MessageBus bus;
  private final ResultSender results;
  private final FrameRegistry frames = new FrameRegistry();
  private final Map<String, Long> deadlinesMs = new ConcurrentHashMap<>();

  /** Of dropped results: who sent it for which frame. A copy for a response topic comes next. */
  private final Recent<String> dropped = new Recent<>(MOST_COPIES);

  private final Predicate<String> subscribed;
  private final EventLoop loop;
  private volatile boolean closing;

  /**
   * Prepares the filter; {@link #start()} starts it.
   *
   * @param bus a bus of the broker; the filter closes it
   * @param subscribed whether an agent has a subscription to exactly this topic filter
   * @param loop gives the time and expires frames; the caller ends it after the filter
   */
  FrameResultFilter(Topics topics, MessageBus bus, Predicate<String> subscribed, EventLoop loop) {
    this.topics = topics;
    this.bus = bus;
    this.subscribed = subscribed;
    this.loop = loop;
    results = new ResultSender(topics, bus::publish);
  }

  /**
   * Filters what the broker is given, from now on and for as long as it runs.
   *
   * @param loop gives the time and expires frames; the caller ends it after the filter
   */
  public static FrameResultFilter open(EmbeddedBroker broker, Topics topics, EventLoop loop) {
    FrameResultFilter filter =
        new FrameResultFilter(
            topics, broker.bus(), topic -> broker.isSubscribed(AGENTS, topic), loop);
    filter.start();
    broker.setPublishFilter(filter::watches, filter::accepts);
    return filter;
  }

  /** Listens to specs and expires frames from now on. */
  void start() {
    bus.subscribe(topics.filter(Topic.DEPLOYMENT_SPEC), 1, this::specHeard);
    bus.start(() -> {});
    loop.every(TICK_NS, this::expire);
  }

  private void specHeard(Message message) {
    String deployment = topics.parse(message.topic()).orElseThrow().name();
    if (message.payload().length == 0) {
      deadlinesMs.computeIfPresent(deployment, (name, deadlineMs) -> ENDED);
      return;
    }
    try {
      DeploymentSpec spec = Json.read(message.payload(), DeploymentSpec.class);
      deadlinesMs.put(deployment, spec.deadlineMs());
    } catch (JsonException e) {
      // Nothing that anybody carries out.
      deadlinesMs.remove(deployment);
    }
  }

  private long patienceNs(String deployment) {
    long deadlineMs = deadlinesMs.getOrDefault(deployment, LONGEST_DEADLINE_MS);
    return TimeUnit.MILLISECONDS.toNanos(deadlineMs + GRACE_MS);
  }

  private void expire() {
    for (FrameRegistry.Overdue overdue : frames.overdue(this::patienceNs, loop.nowNs())) {
      if (deadlinesMs.getOrDefault(overdue.deployment(), LONGEST_DEADLINE_MS) == ENDED) {
        ended(overdue.deployment(), overdue.frame());
      } else {
        send(overdue.deployment(), overdue.frame(), Outcome.EXPIRED, "nobody answered in time");
      }
    }
  }

  /** The frame counts as answered first: no agent is to answer it as well. */
  private void ended(String deployment, FrameArrival frame) {
    if (frames.answers(deployment, frame.key(), loop.nowNs()).isPresent()) {
      String reason = "the deployment '" + deployment + "' has ended";
      send(deployment, frame, Outcome.REJECTED, reason);
    }
  }

  /** Whether new frames are rejected, because the broker is about to send its clients away. */
  public void closing(boolean now) {
    closing = now;
  }

  /** Number of frames that came within this time and have no result. */
  public int open(long withinNs) {
    return frames.open(withinNs, loop.nowNs());
  }

  /** Whether {@link #accepts} decides on messages on this topic. */
  boolean watches(String topic) {
    return topics
        .parse(topic)
        .map(parsed -> parsed.topic() == Topic.INPUT || parsed.topic() == Topic.RESULT)
        .orElse(!dropped.isEmpty());
  }

  /** Whether the broker hands the message on; as {@link PublishRule} says. */
  boolean accepts(String sender, Message message) {
    Optional<Topics.Parsed> topic = topics.parse(message.topic());
    if (topic.isEmpty()) {
      return !dropped.remove(copy(sender, message));
    }
    return topic.get().topic() == Topic.INPUT
        ? takesFrame(topic.get(), message)
        : takesResult(sender, topic.get(), message);
  }

  private boolean takesFrame(Topics.Parsed topic, Message message) {
    FrameArrival frame = FrameArrival.of(FrameKey.of(topic.names().get(1), message), message);
    if (closing || !isAnswered(topic.name())) {
      reject(topic.name(), frame);
      return false;
    }
    if (message.payload().length > FrameDecoder.MAX_PAYLOAD_BYTES) {
      rejectTooLarge(topic.name(), frame);
      return false;
    }
    frames.taken(topic.name(), frame, loop.nowNs());
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
      frames.rejected(topic.name(), key, loop.nowNs());
      return true;
    }
    Optional<FrameRegistry.Taken> taken = frames.answers(topic.name(), key, loop.nowNs());
    taken.ifPresent(frame -> trace(topic.name(), frame, result));
    boolean first = taken.isPresent();
    if (!first && message.correlation().length > 0) {
      dropped.add(copy(sender, message));
    }
    return first;
  }

  private static void trace(String deployment, FrameRegistry.Taken taken, Result result) {
    Trace unused =
        taken
            .frame()
            .trace()
            .done(
                "frame",
                taken.atNs(),
                Map.of(
                    "deployment", deployment,
                    "source", taken.frame().key().source(),
                    "frame", taken.frame().key().frame(),
                    "status", result.status().name().toLowerCase(Locale.ROOT)));
  }

  private static String copy(String sender, Message message) {
    return sender + " " + HexFormat.of().formatHex(message.correlation());
  }

  /** Exactly those agents that answer, or stand by to, listen to all results of a deployment. */
  private boolean isAnswered(String deployment) {
    return subscribed.test(topics.filter(Topic.RESULT, deployment));
  }

  private void reject(String deployment, FrameArrival frame) {
    String reason =
        closing
            ? "this broker hands over to the first hub: send it again"
            : "no agent answers for '"
                + deployment
                + "': it is not deployed, or its fuser is not connected (yet)";
    send(deployment, frame, Outcome.REJECTED, reason);
  }

  /** Without an invitation to send it again. */
  private void rejectTooLarge(String deployment, FrameArrival frame) {
    String reason =
        "payload of "
            + frame.payloadBytes()
            + " bytes is larger than "
            + FrameDecoder.MAX_PAYLOAD_BYTES;
    results.send(deployment, frame, result(frame, Outcome.REJECTED, reason));
  }

  private void send(String deployment, FrameArrival frame, Outcome status, String reason) {
    Result result = result(frame, status, reason);
    boolean again = status == Outcome.REJECTED;
    results.send(deployment, frame, again ? result.retryAfter(RETRY_AFTER_MS) : result);
  }

  private static Result result(FrameArrival frame, Outcome status, String reason) {
    return Result.without(status, frame.key(), new Result.Portions(0, 0), 0, 0, reason);
  }

  @Override
  public void close() {
    bus.close();
  }
}
