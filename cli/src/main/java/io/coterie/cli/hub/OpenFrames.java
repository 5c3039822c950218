package io.coterie.cli.hub;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The frames of the last seconds that went through a broker and have no result yet.
 *
 * <p>Thread-safe.
 */
final class OpenFrames implements AutoCloseable {
  /** A repeated frame gets no second result: nobody waits for it longer than this. */
  static final long FORGET_NS = 5_000_000_000L;

  private final Topics topics;
  private final MessageBus bus;
  private final Map<String, Long> sinceNs = new LinkedHashMap<>();

  /**
   * Begins to watch.
   *
   * @param bus not yet started
   */
  OpenFrames(Topics topics, MessageBus bus) {
    this.topics = topics;
    this.bus = bus;
    bus.subscribe(topics.filter(Topic.INPUT), 0, message -> arrived(message, System.nanoTime()));
    bus.subscribe(topics.filter(Topic.RESULT), 0, this::answered);
    bus.start(() -> {});
  }

  /** Number of frames that a result is still to come for. */
  synchronized int count(long nowNs) {
    Iterator<Long> oldestFirst = sinceNs.values().iterator();
    while (oldestFirst.hasNext() && nowNs - oldestFirst.next() > FORGET_NS) {
      oldestFirst.remove();
    }
    return sinceNs.size();
  }

  private void arrived(Message message, long nowNs) {
    topics
        .parse(message.topic())
        .ifPresent(
            topic -> {
              String frame = FrameKey.of(topic.names().get(1), message).frame();
              synchronized (this) {
                sinceNs.remove(key(topic, frame));
                sinceNs.put(key(topic, frame), nowNs);
                count(nowNs);
              }
            });
  }

  private void answered(Message message) {
    topics
        .parse(message.topic())
        .ifPresent(
            topic -> {
              try {
                Result result = Json.read(message.payload(), Result.class);
                synchronized (this) {
                  sinceNs.remove(key(topic, result.frame()));
                }
              } catch (JsonException e) {
                // Nobody's result; the frame is forgotten in time.
              }
            });
  }

  private static String key(Topics.Parsed topic, String frame) {
    return topic.name() + "/" + topic.names().get(1) + "/" + frame;
  }

  @Override
  public void close() {
    bus.close();
  }
}
