package io.coterie.client;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes frames and finds their results. Keeps a frame's identity, not its picture, until its
 * result has come or its time is up.
 *
 * <p>Thread-safe.
 */
final class FrameSender {
  private static final Logger log = LoggerFactory.getLogger(FrameSender.class);

  private final MessageBus bus;
  private final Topics topics;

  /** Frames whose result has not come, by their identity. */
  private final Map<String, CompletableFuture<Result>> open = new ConcurrentHashMap<>();

  /** Topics of results that are subscribed to; guards itself. */
  private final Set<String> heard = new HashSet<>();

  FrameSender(MessageBus bus, Topics topics) {
    this.bus = bus;
    this.topics = topics;
  }

  /** As {@link FleetClient#frame(String, String, byte[], Duration)}. */
  CompletableFuture<Result> send(
      String deployment, String source, byte[] picture, Duration timeout) {
    String input = topics.of(Topic.INPUT, deployment, source);
    if (!bus.connected()) {
      return CompletableFuture.failedFuture(new IOException("no connection to the broker"));
    }
    String results = topics.of(Topic.RESULT, deployment, source);
    synchronized (heard) {
      if (heard.add(results)) {
        bus.subscribe(results, 1, this::answered);
      }
    }
    String frame = UUID.randomUUID().toString();
    CompletableFuture<Result> result = new CompletableFuture<>();
    open.put(frame, result);
    CompletableFuture<?> unused = result.whenComplete((answer, failure) -> open.remove(frame));
    bus.publish(
        Message.to(input)
            .payload(picture)
            .qos(1)
            .correlation(frame.getBytes(StandardCharsets.US_ASCII))
            .build());
    return result.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void answered(Message message) {
    try {
      Result result = Json.read(message.payload(), Result.class);
      CompletableFuture<Result> waiting = open.get(result.frame());
      if (waiting != null) {
        waiting.complete(result);
      }
    } catch (JsonException e) {
      log.warn("ignored: topic={} reason={}", message.topic(), e.getMessage());
    }
  }

  /** No result comes any more for the frames that wait. */
  void failAll(String reason) {
    IOException lost = new IOException(reason);
    open.values().forEach(result -> result.completeExceptionally(lost));
  }
}
