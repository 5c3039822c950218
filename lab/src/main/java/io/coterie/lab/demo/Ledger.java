package io.coterie.lab.demo;

import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What became of every frame that was sent. A frame without a result counts as lost, a second
 * result as a duplicate.
 *
 * <p>Thread-safe.
 */
public final class Ledger {
  private record Sent(String label, long sentNs) {}

  private final Map<String, Sent> open = new HashMap<>();
  private final Set<String> closed = new HashSet<>();
  private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
  private final List<Double> latenciesMs = new ArrayList<>();
  private final List<FrameTrace> traces = new ArrayList<>();
  private final SortedMap<Integer, Integer> exits = new TreeMap<>();
  private int sent;
  private int duplicates;
  private int unknown;
  private int answered;
  private int correct;

  /**
   * Of no frame yet.
   *
   * @param exits how many there are, at least 1
   */
  public Ledger(int exits) {
    for (int exit = 1; exit <= exits; exit++) {
      this.exits.put(exit, 0);
    }
  }

  /**
   * What was counted so far.
   *
   * @param open frames without a result
   * @param unknown results of frames that were not sent
   * @param accuracy correct ones among the answered frames, 0 to 1
   * @param exits answered frames by the exit that answered, from 1; none is left out
   */
  public record Totals(
      int sent,
      int ok,
      int degraded,
      int expired,
      int rejected,
      int open,
      int duplicates,
      int unknown,
      double accuracy,
      Percentiles latencyMs,
      SortedMap<Integer, Integer> exits) {}

  /** A frame is about to be published. */
  public synchronized void sent(String frame, String label, long nowNs) {
    sent++;
    open.put(frame, new Sent(label, nowNs));
  }

  /** A result came back. */
  public synchronized void received(Result result, long nowNs) {
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
      answered(frame, result, (nowNs - frame.sentNs()) / 1e6);
    } else {
      traces.add(unanswered(frame));
    }
  }

  private void answered(Sent frame, Result result, double latencyMs) {
    boolean right = frame.label().equals(result.label());
    answered++;
    correct += right ? 1 : 0;
    latenciesMs.add(latencyMs);
    traces.add(new FrameTrace(frame.sentNs(), latencyMs, right));
    exits.merge(result.exit() == null ? 1 : result.exit(), 1, Integer::sum);
  }

  private static FrameTrace unanswered(Sent frame) {
    return new FrameTrace(frame.sentNs(), Double.POSITIVE_INFINITY, false);
  }

  /** Every frame by rising send time; those without a result count as unanswered. */
  synchronized List<FrameTrace> traces() {
    return Stream.concat(traces.stream(), open.values().stream().map(Ledger::unanswered))
        .sorted((a, b) -> Long.signum(a.sentNs() - b.sentNs()))
        .toList();
  }

  /** Number of frames without a result. */
  public synchronized int open() {
    return open.size();
  }

  public synchronized Totals totals() {
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
        Percentiles.of(latenciesMs),
        Collections.unmodifiableSortedMap(new TreeMap<>(exits)));
  }

  private int count(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0);
  }
}
