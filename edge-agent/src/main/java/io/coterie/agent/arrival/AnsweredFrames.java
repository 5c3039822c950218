package io.coterie.agent.arrival;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.message.FrameKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The frames that were answered last, so that late portions and repeats change nothing: at most
 * {@value #CAPACITY}, none longer than {@link #WINDOW_NS}. And the last {@value #EARLY} results
 * that were heard before their frame, for messages overtake each other. Not thread-safe.
 */
public final class AnsweredFrames {
  /** Within this time the same correlation data means the same frame. */
  public static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(60);

  private static final int CAPACITY = 16_384;
  private static final int EARLY = 1024;

  private record Answered(long atNs, long checksum) {}

  private final Map<FrameKey, Answered> frames = new LinkedHashMap<>();
  private final Map<FrameKey, Long> early = new LinkedHashMap<>();

  /** Whether the frame of this identity was answered within the time. */
  public boolean contains(FrameKey key) {
    return frames.containsKey(key);
  }

  /**
   * The checksum of the frame that was answered under this identity; empty if there is none within
   * the time, or if the identity was not chosen by the publisher.
   */
  public OptionalLong checksum(FrameKey key, long nowNs) {
    Answered before = frames.get(key);
    return before != null && key.isPublishers() && nowNs - before.atNs() < WINDOW_NS
        ? OptionalLong.of(before.checksum())
        : OptionalLong.empty();
  }

  /** Forgets the frame, because its identity now stands for a new one. */
  public void remove(FrameKey key) {
    frames.remove(key);
  }

  /** Records that the frame was answered now. */
  public void add(FrameArrival frame, long nowNs) {
    frames.remove(frame.key());
    frames.put(frame.key(), new Answered(nowNs, frame.checksum()));
    Iterator<Answered> oldest = frames.values().iterator();
    while (oldest.hasNext()) {
      boolean old = nowNs - oldest.next().atNs() >= WINDOW_NS;
      if (!old && frames.size() <= CAPACITY) {
        return;
      }
      oldest.remove();
    }
  }

  /** Records a result that was heard without its frame. */
  public void addEarly(FrameKey key, long nowNs) {
    early.put(key, nowNs);
    if (early.size() > EARLY) {
      early.remove(early.keySet().iterator().next());
    }
  }

  /** Forgets the frame's early result. Returns whether there was one within the time. */
  public boolean removeEarly(FrameKey key, long nowNs, long withinNs) {
    Long heardNs = early.remove(key);
    return heardNs != null && nowNs - heardNs < withinNs;
  }
}
