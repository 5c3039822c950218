package io.coterie.broker;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.topic.Topics;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The retained messages of the last seconds. The broker stores them some time after an interceptor
 * saw them; who subscribes in between would miss them.
 *
 * <p>Thread-safe.
 */
final class PendingRetained {
  private static final long KEEP_NS = 3_000_000_000L;

  private record Entry(Message message, long sinceNs) {}

  private final Map<String, Entry> byTopic = new LinkedHashMap<>();

  synchronized void add(Message message) {
    long nowNs = System.nanoTime();
    forgetOld(nowNs);
    byTopic.remove(message.topic());
    byTopic.put(message.topic(), new Entry(message, nowNs));
  }

  /**
   * The latest message of each topic that the filter covers; an empty one means that the topic was
   * cleared.
   */
  synchronized Map<String, Message> covered(String filter) {
    forgetOld(System.nanoTime());
    Map<String, Message> covered = new LinkedHashMap<>();
    byTopic.forEach(
        (topic, entry) -> {
          if (Topics.matches(filter, topic)) {
            covered.put(topic, entry.message());
          }
        });
    return covered;
  }

  synchronized void clear() {
    byTopic.clear();
  }

  private void forgetOld(long nowNs) {
    Iterator<Entry> oldestFirst = byTopic.values().iterator();
    while (oldestFirst.hasNext() && nowNs - oldestFirst.next().sinceNs() > KEEP_NS) {
      oldestFirst.remove();
    }
  }
}
