package io.coterie.orchestrator.learning;

import io.coterie.protocol.message.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Boards that gave garbage, and how long they are left out for it (ours): circuit breakers.
 *
 * <pre>
 * closed --{@value #GARBAGE} portions that are garbage--> open --30 s, each time twice as long--> closed
 * </pre>
 *
 * A board that is let back has to prove itself: if it gives garbage again within {@value
 * #PROBATION_MINUTES} minutes, it is left out for twice as long, at most an hour. Garbage is what
 * fusers cannot use: they count it and do without it, so that meanwhile no answer is wrong for it.
 *
 * <p>Immutable.
 *
 * @param boards by the name of their agent
 * @param counted what fusers had counted of each board before, by where they counted it
 */
public record Breakers(Map<String, Breaker> boards, Map<String, Map<String, Long>> counted) {
  /**
   * The least number of malformed portions that opens a breaker: fewer may be an accident of
   * transport.
   */
  static final int GARBAGE = 3;

  static final int PROBATION_MINUTES = 10;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long FIRST_NS = 30 * SECOND_NS;
  private static final long LONGEST_NS = 3_600 * SECOND_NS;
  private static final long PROBATION_NS = 60 * PROBATION_MINUTES * SECOND_NS;

  /** All breakers are closed. */
  public static final Breakers NONE = new Breakers(Map.of(), Map.of());

  /**
   * One board's breaker.
   *
   * @param garbage counted since there was last nothing to prove
   * @param trips how often it was opened without a time of proof between
   * @param untilNs end of the time in which it is open, or was last
   */
  record Breaker(long garbage, int trips, boolean open, long untilNs) {
    private static final Breaker NEW = new Breaker(0, 0, false, 0);

    private Breaker garbage(long more, long nowNs) {
      boolean proven = trips > 0 && !open && nowNs - untilNs >= PROBATION_NS;
      Breaker now = proven ? NEW : this;
      long all = now.garbage + more;
      if (now.open || all < GARBAGE) {
        return new Breaker(all, now.trips, now.open, now.untilNs);
      }
      long forNs = FIRST_NS << Math.min(now.trips, 10);
      return new Breaker(all, now.trips + 1, true, nowNs + Math.min(LONGEST_NS, forNs));
    }

    private Breaker elapsed(long nowNs) {
      return isOver(nowNs) ? new Breaker(garbage, trips, false, untilNs) : this;
    }

    private boolean isOver(long nowNs) {
      return open && nowNs - untilNs >= 0;
    }
  }

  public Breakers {
    boards = Map.copyOf(boards);
    counted = Map.copyOf(counted);
  }

  /**
   * A fuser told what it could not use.
   *
   * @param where names the fuser, so that its counts are compared with its own
   * @param garbage portions by agent since that fuser began
   */
  public Breakers heard(String where, Map<String, Long> garbage, long nowNs) {
    Map<String, Long> before = counted.getOrDefault(where, Map.of());
    if (garbage.equals(before)) {
      return this;
    }
    Map<String, Breaker> all = new HashMap<>(boards);
    garbage.forEach(
        (agent, count) -> {
          long old = before.getOrDefault(agent, 0L);
          long more = count >= old ? count - old : count;
          if (more > 0) {
            all.put(agent, all.getOrDefault(agent, Breaker.NEW).garbage(more, nowNs));
          }
        });
    Map<String, Map<String, Long>> counts = new HashMap<>(counted);
    counts.put(where, Map.copyOf(garbage));
    return new Breakers(all, counts);
  }

  /**
   * A fuser told what it could not use, and the boards are not to blame: their bundle is new.
   *
   * @param where names the fuser
   */
  public Breakers forgave(String where, Map<String, Long> garbage) {
    if (garbage.equals(counted.getOrDefault(where, Map.of()))) {
      return this;
    }
    Map<String, Map<String, Long>> counts = new HashMap<>(counted);
    counts.put(where, Map.copyOf(garbage));
    return new Breakers(boards, counts);
  }

  /** Lets time pass: boards that were left out for long enough take part again. */
  public Breakers elapsed(long nowNs) {
    if (boards.values().stream().noneMatch(breaker -> breaker.isOver(nowNs))) {
      return this;
    }
    return new Breakers(
        boards.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().elapsed(nowNs))),
        counted);
  }

  /** Whether the board is left out. */
  public boolean isOpen(String agent) {
    return Optional.ofNullable(boards.get(agent)).filter(Breaker::open).isPresent();
  }

  /** The boards that are left out and the reasons, for people. */
  public List<Reason> reasons() {
    return new TreeMap<>(boards)
        .entrySet().stream()
            .filter(entry -> entry.getValue().open())
            .map(
                entry ->
                    Reason.ofAgent(
                        Reason.Code.BOARD_LEFT_OUT,
                        entry.getKey(),
                        reason(entry.getKey(), entry.getValue())))
            .toList();
  }

  private static String reason(String agent, Breaker breaker) {
    long forNs = Math.min(LONGEST_NS, FIRST_NS << Math.min(breaker.trips() - 1, 10));
    return String.format(
        Locale.ROOT,
        "%s is left out for %d s: %d of its portions had the wrong length or were no numbers"
            + " (time %d): check its memory and its model files",
        agent,
        forNs / SECOND_NS,
        breaker.garbage(),
        breaker.trips());
  }
}
