package io.coterie.broker;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * Decides which messages may wait for which client, by bytes. A queue may grow to a quarter of what
 * all queues together leave free (dynamic thresholds: Choudhury and Hahne, IEEE/ACM Transactions on
 * Networking 6(2), 1998), so one client that does not read gets a fifth of the whole, the next one
 * a fifth of the rest. The less is free, the shorter is the patience with those that take nothing.
 * An empty queue takes any message that there is room for.
 *
 * <p>Thread-safe.
 */
final class QueueBudget {
  private static final int FREE_SHARE = 4;

  /** What becomes of a message. */
  enum Verdict {
    /** It may wait. */
    TAKEN,
    /** There is no room. */
    FULL,
    /** There is no room, and the client has taken nothing for too long. Said once each time. */
    STALLED
  }

  /**
   * One queue of HiveMQ.
   *
   * @param id client identifier, or name of a shared subscription
   * @param bucket the queues of one bucket are changed by one thread at a time
   */
  record Queue(String id, boolean shared, int bucket) {}

  /** Looking for what has expired takes as long as there are messages. */
  private static final long CLEANING_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private record Waiting(long bytes, long expiresMs) {}

  private static final class Contents {
    final Map<String, Waiting> messages = new LinkedHashMap<>();
    long bytes;
    long movedNs;
    long cleanedNs;

    Contents(long nowNs) {
      movedNs = nowNs;
      cleanedNs = nowNs - CLEANING_NS;
    }
  }

  private final QueueLimits limits;
  private final Map<Queue, Contents> queues = new HashMap<>();
  private long totalBytes;
  private long refused;
  private OptionalLong sweptNs = OptionalLong.empty();

  QueueBudget(QueueLimits limits) {
    this.limits = limits;
  }

  /**
   * Whether there is room only if what has expired leaves the queue. Said of a queue ten times a
   * second at most.
   */
  synchronized boolean needsCleaning(Queue queue, long bytes, long nowNs) {
    Contents contents = queues.get(queue);
    if (contents == null
        || hasRoom(contents.bytes, bytes)
        || nowNs - contents.cleanedNs < CLEANING_NS) {
      return false;
    }
    contents.cleanedNs = nowNs;
    return true;
  }

  /**
   * Counts a message if there is room for it.
   *
   * @param message identifies it within its queue
   * @param expiresMs when it may vanish from the queue unsaid
   * @param nowNs of a clock that may begin anywhere
   */
  synchronized Verdict offer(Queue queue, String message, long bytes, long expiresMs, long nowNs) {
    Contents contents = queues.get(queue);
    long present = contents == null ? 0 : contents.bytes;
    if (hasRoom(present, bytes)) {
      if (contents == null) {
        contents = new Contents(nowNs);
        queues.put(queue, contents);
      }
      uncount(contents, contents.messages.put(message, new Waiting(bytes, expiresMs)));
      contents.bytes += bytes;
      totalBytes += bytes;
      return Verdict.TAKEN;
    }
    refused++;
    if (contents == null || nowNs - contents.movedNs < patienceNs()) {
      return Verdict.FULL;
    }
    contents.movedNs = nowNs;
    return Verdict.STALLED;
  }

  private double patienceNs() {
    long free = limits.totalBytes() - totalBytes;
    return (double) limits.stallNs() * free / limits.totalBytes();
  }

  private boolean hasRoom(long present, long bytes) {
    long free = limits.totalBytes() - totalBytes;
    return bytes <= free && (present == 0 || present + bytes <= free / FREE_SHARE);
  }

  /** The client takes messages. */
  synchronized void moved(Queue queue, long nowNs) {
    Contents contents = queues.get(queue);
    if (contents != null) {
      contents.movedNs = nowNs;
    }
  }

  /** A message has left its queue. No effect where it was not counted. */
  synchronized void removed(Queue queue, String message) {
    Contents contents = queues.get(queue);
    if (contents != null) {
      uncount(contents, contents.messages.remove(message));
      forgetIfEmpty(queue, contents);
    }
  }

  /**
   * Learns how many messages a queue has now. If they are fewer than counted, those that have
   * expired are gone.
   */
  synchronized void sized(Queue queue, int size, long nowMs) {
    Contents contents = queues.get(queue);
    if (contents == null || contents.messages.size() <= size) {
      return;
    }
    contents
        .messages
        .values()
        .removeIf(
            waiting -> {
              boolean gone = size == 0 || waiting.expiresMs() <= nowMs;
              if (gone) {
                uncount(contents, waiting);
              }
              return gone;
            });
    forgetIfEmpty(queue, contents);
  }

  /** The same for all queues of a bucket. */
  synchronized void sized(int bucket, ToIntFunction<Queue> sizes, long nowMs) {
    queues.keySet().stream()
        .filter(queue -> queue.bucket() == bucket)
        .toList()
        .forEach(queue -> sized(queue, sizes.applyAsInt(queue), nowMs));
  }

  /** Whether it is time to look for clients that have gone: said ten times a second at most. */
  synchronized boolean needsSweeping(long nowNs) {
    boolean justSwept = sweptNs.isPresent() && nowNs - sweptNs.getAsLong() < CLEANING_NS;
    if (totalBytes * 2 < limits.totalBytes() || justSwept) {
      return false;
    }
    sweptNs = OptionalLong.of(nowNs);
    return true;
  }

  /** Identifiers of the clients for which something waits. */
  synchronized Set<String> clients() {
    return queues.keySet().stream()
        .filter(queue -> !queue.shared())
        .map(Queue::id)
        .collect(Collectors.toSet());
  }

  /** Bytes that wait for all clients. */
  synchronized long totalBytes() {
    return totalBytes;
  }

  /** How many messages were refused, ever. */
  synchronized long refused() {
    return refused;
  }

  private void uncount(Contents contents, Waiting waiting) {
    if (waiting != null) {
      contents.bytes -= waiting.bytes();
      totalBytes -= waiting.bytes();
    }
  }

  private void forgetIfEmpty(Queue queue, Contents contents) {
    if (contents.messages.isEmpty()) {
      queues.remove(queue);
    }
  }
}
