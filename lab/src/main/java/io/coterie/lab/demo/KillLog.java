package io.coterie.lab.demo;

import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.PlanMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast kills are noticed: from SIGKILL to the board's will, and from there to the first plan
 * without the board.
 *
 * <p>Thread-safe.
 */
final class KillLog {
  private final Map<String, Long> killedNs = new HashMap<>();
  private final Map<String, Long> detectedNs = new HashMap<>();
  private final List<Double> detectionMs = new ArrayList<>();
  private final List<Double> replanMs = new ArrayList<>();
  private int kills;
  private long firstEpoch = Long.MAX_VALUE;
  private long lastEpoch;

  synchronized void killed(String agent, long nowNs) {
    kills++;
    killedNs.put(agent, nowNs);
  }

  synchronized void state(String agent, Availability state, long nowNs) {
    Long killed = killedNs.get(agent);
    if (state == Availability.OFFLINE && killed != null && !detectedNs.containsKey(agent)) {
      detectedNs.put(agent, nowNs);
      detectionMs.add((nowNs - killed) / 1e6);
    }
  }

  synchronized void plan(PlanMessage plan, long nowNs) {
    firstEpoch = Math.min(firstEpoch, plan.epoch());
    lastEpoch = Math.max(lastEpoch, plan.epoch());
    List<String> dead = List.copyOf(detectedNs.keySet());
    for (String agent : dead) {
      if (plan.groups().stream().noneMatch(group -> group.agents().contains(agent))) {
        replanMs.add((nowNs - detectedNs.remove(agent)) / 1e6);
        killedNs.remove(agent);
      }
    }
  }

  synchronized int kills() {
    return kills;
  }

  /** Plans after the first one that was seen. */
  synchronized long replans() {
    return firstEpoch == Long.MAX_VALUE ? 0 : lastEpoch - firstEpoch;
  }

  synchronized Percentiles detectionMs() {
    return Percentiles.of(detectionMs);
  }

  synchronized Percentiles replanMs() {
    return Percentiles.of(replanMs);
  }
}
