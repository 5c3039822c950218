package io.coterie.agent.fusion;

import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.ResultCounts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counters of one fuser: portions that were not used, by reason, and answers by exit. Not
 * thread-safe.
 */
final class Counters {
  /**
   * The most agents whose malformed portions are counted separately: senders may claim any name.
   */
  private static final int MAX_SENDERS = 64;

  private final List<Long> exits = new ArrayList<>();
  private final Map<String, Long> garbage = new HashMap<>();
  private ResultCounts answers = ResultCounts.NONE;
  private long repeats;
  private long fenced;
  private long late;

  /** Makes room for at least this many exits. */
  void grow(int toExits) {
    while (exits.size() < toExits) {
      exits.add(0L);
    }
  }

  /** A frame was answered at an exit, from 1. */
  void countExit(int exit) {
    exits.set(exit - 1, exits.get(exit - 1) + 1);
  }

  void countResult(Outcome outcome) {
    answers = answers.and(outcome);
  }

  void countRepeat() {
    repeats++;
  }

  void countFenced() {
    fenced++;
  }

  void countLate() {
    late++;
  }

  void countMalformed(String agent) {
    if (garbage.size() < MAX_SENDERS || garbage.containsKey(agent)) {
      garbage.merge(agent, 1L, Long::sum);
    }
  }

  Report.FuserReport report(String deployment, double threshold, long hedged) {
    long all = garbage.values().stream().mapToLong(Long::longValue).sum();
    return new Report.FuserReport(
        deployment, repeats, fenced, all, late, exits, threshold, hedged, garbage, answers);
  }
}
