package io.coterie.cli.hub;

import io.coterie.models.digits.MeterDigits;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Publishes a frame every 40 ms and remembers when which came back how often. */
final class FrameSource implements AutoCloseable {
  private static final long PERIOD_MS = 40;

  private final MessageBus bus;
  private final String input;
  private final Map<String, Integer> results = new HashMap<>();
  private final ScheduledExecutorService clock = new ScheduledThreadPoolExecutor(1);
  private int sent;
  private long lastOkNs;
  private long longestGapNs;
  private int ok;

  FrameSource(MessageBus bus, Topics topics, String deployment) {
    this.bus = bus;
    this.input = topics.of(Topic.INPUT, deployment, "cam1");
    bus.subscribe(topics.of(Topic.RESULT, deployment, "cam1"), 1, this::result);
    var unused = clock.scheduleAtFixedRate(this::send, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  private synchronized void send() {
    byte[] id = ("f" + sent++).getBytes(StandardCharsets.UTF_8);
    bus.publish(
        Message.to(input)
            .payload(MeterDigits.generate(77, sent % 100).image().values())
            .property("dtype", "uint8")
            .correlation(id)
            .build());
  }

  private synchronized void result(Message message) {
    try {
      Result result = Json.read(message.payload(), Result.class);
      results.merge(result.frame(), 1, Integer::sum);
      if (result.status() == Outcome.OK) {
        long nowNs = System.nanoTime();
        longestGapNs = Math.max(longestGapNs, nowNs - lastOkNs);
        lastOkNs = nowNs;
        ok++;
        notifyAll();
      }
    } catch (JsonException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts to measure anew. */
  synchronized void mark() {
    lastOkNs = System.nanoTime();
    longestGapNs = 0;
  }

  /** Waits for so many answers from now on; false if they do not come. */
  synchronized boolean awaitOk(int count, long timeoutMs) throws InterruptedException {
    int wanted = ok + count;
    long untilNs = System.nanoTime() + timeoutMs * 1_000_000;
    while (ok < wanted && System.nanoTime() - untilNs < 0) {
      wait(100);
    }
    return ok >= wanted;
  }

  /** Longest time without an answer since the mark, until the last answer. */
  synchronized long longestGapMs() {
    return longestGapNs / 1_000_000;
  }

  /** Number of frames with more than one result. */
  synchronized long answeredTwice() {
    return results.values().stream().filter(count -> count > 1).count();
  }

  synchronized String counts() {
    return "sent " + sent + ", with a result " + results.size();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
