package io.coterie.cli.hub;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Publishes a picture of four negative values every 30 ms, and counts what came of them. */
final class SteadySource implements AutoCloseable {
  private static final long PERIOD_MS = 30;

  private final MessageBus bus;
  private final String input;
  private final Set<String> open = new HashSet<>();
  private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
  private final ScheduledExecutorService clock = new ScheduledThreadPoolExecutor(1);
  private int sent;

  SteadySource(MessageBus bus, Topics topics, String deployment) {
    this.bus = bus;
    input = topics.of(Topic.INPUT, deployment, "cam");
    bus.subscribe(topics.of(Topic.RESULT, deployment, "cam"), 1, this::result);
    var unused = clock.scheduleAtFixedRate(this::send, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  private synchronized void send() {
    String id = "f" + sent++;
    open.add(id);
    ByteBuffer payload = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    payload.asFloatBuffer().put(new float[] {-1, -2, -3, -4});
    bus.publish(
        Message.to(input)
            .payload(payload.array())
            .property("dtype", "float32")
            .qos(1)
            .correlation(id.getBytes(StandardCharsets.UTF_8))
            .build());
  }

  private synchronized void result(Message message) {
    try {
      Result result = Json.read(message.payload(), Result.class);
      if (open.remove(result.frame())) {
        outcomes.merge(result.status(), 1, Integer::sum);
      }
      notifyAll();
    } catch (JsonException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends no more, and waits for what is open; returns whether all of it came. */
  boolean finish() throws InterruptedException {
    clock.shutdown();
    boolean unused = clock.awaitTermination(5, TimeUnit.SECONDS);
    synchronized (this) {
      long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!open.isEmpty() && System.nanoTime() - untilNs < 0) {
        wait(100);
      }
      return open.isEmpty();
    }
  }

  synchronized Map<Outcome, Integer> outcomes() {
    return Map.copyOf(outcomes);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
