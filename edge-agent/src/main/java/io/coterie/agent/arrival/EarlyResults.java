package io.coterie.agent.arrival;

import io.coterie.protocol.message.FrameKey;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Results that were heard before their frame: messages overtake each other. The last {@value
 * #CAPACITY}. Not thread-safe.
 */
public final class EarlyResults {
  private static final int CAPACITY = 1024;

  private final Map<FrameKey, Long> heard = new LinkedHashMap<>();

  /** Records a result. */
  public void add(FrameKey key, long nowNs) {
    heard.put(key, nowNs);
    if (heard.size() > CAPACITY) {
      heard.remove(heard.keySet().iterator().next());
    }
  }

  /** Removes the frame's result. Returns whether there was one within the time. */
  public boolean remove(FrameKey key, long nowNs, long withinNs) {
    Long heardNs = heard.remove(key);
    return heardNs != null && nowNs - heardNs < withinNs;
  }
}
