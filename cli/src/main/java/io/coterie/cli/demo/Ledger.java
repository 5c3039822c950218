package io.coterie.cli.demo;

import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What became of every frame that was sent. A frame without a result counts as lost, a second
 * result as a duplicate.
 *
 * <p>Thread-safe.
 */
final class Ledger {
  private record Sent(String label, long sentNs) {}

  private final Map<String, Sent> open = new HashMap<>();
  private final Set<String> closed = new HashSet<>();
  private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
  private final List<Double> latenciesMs = new ArrayList<>();
  private int sent;
  private int duplicates;
  private int unknown;
  private int answered;
  private int correct;

  /** What was counted so far. */
  record Totals(
      int sent,
      int ok,
      int degraded,
      int expired,
      int rejected,
      int open,
      int duplicates,
      int unknown,
      double accuracy,
      Percentiles latencyMs) {}

  /** A frame is about to be published. */
  synchronized void sent(String frame, String label, long nowNs) {
    sent++;
    open.put(frame, new Sent(label, nowNs));
  }

  /** A result came back. */
  synchronized void received(Result result, long nowNs) {
    Sent frame = open.remove(result.frame());
    if (frame == null) {
      if (closed.contains(result.frame())) {
        duplicates++;
      } else {
        unknown++;
      }
      return;
    }
    closed.add(result.frame());
    outcomes.merge(result.status(), 1, Integer::sum);
    if (result.status() == Outcome.OK || result.status() == Outcome.DEGRADED) {
      answered++;
      correct += frame.label().equals(result.label()) ? 1 : 0;
      latenciesMs.add((nowNs - frame.sentNs()) / 1e6);
    }
  }

  /** Number of frames without a result. */
  synchronized int open() {
    return open.size();
  }

  synchronized Totals totals() {
    return new Totals(
        sent,
        count(Outcome.OK),
        count(Outcome.DEGRADED),
        count(Outcome.EXPIRED),
        count(Outcome.REJECTED),
        open.size(),
        duplicates,
        unknown,
        answered == 0 ? 0 : (double) correct / answered,
        Percentiles.of(latenciesMs));
  }

  private int count(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0);
  }
}
