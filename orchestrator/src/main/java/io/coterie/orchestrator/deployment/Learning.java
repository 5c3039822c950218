package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.learning.Breakers;
import io.coterie.orchestrator.learning.Learnt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What was learnt of the boards, and what of that is on disk: not every report is worth a write to
 * a memory card.
 *
 * @param learnt up to the last input
 * @param kept on disk; follows with every new plan, and after {@value #KEEP_SECONDS} s
 * @param passedToNs up to when time has passed; empty while nothing is decided
 * @param unkeptSeconds since {@code kept} was taken
 * @param breakers of boards that gave garbage; not kept
 */
public record Learning(
    Learnt learnt, Learnt kept, OptionalLong passedToNs, double unkeptSeconds, Breakers breakers) {
  static final double KEEP_SECONDS = 600;

  /** Time passes in steps, so that not every tick copies everything. */
  static final long STEP_NS = 10_000_000_000L;

  static Learning from(Learnt kept) {
    return new Learning(kept, kept, OptionalLong.empty(), 0, Breakers.NONE);
  }

  Learning with(Learnt newLearnt) {
    return new Learning(newLearnt, kept, passedToNs, unkeptSeconds, breakers);
  }

  Learning with(Breakers newBreakers) {
    return new Learning(learnt, kept, passedToNs, unkeptSeconds, newBreakers);
  }

  /** Goes on, or stops, with the connection: what cannot be seen is no evidence. */
  Learning watching(OptionalLong fromNs) {
    return new Learning(learnt, kept, fromNs, unkeptSeconds, breakers);
  }

  Learning keep() {
    return new Learning(learnt, learnt, passedToNs, 0, breakers);
  }

  /** Whether the next step is due. */
  boolean due(long nowNs) {
    return passedToNs.isPresent() && nowNs - passedToNs.getAsLong() >= STEP_NS;
  }

  /**
   * Time passes.
   *
   * @param working agents that are online and have students to run
   */
  Learning elapsed(long nowNs, Set<String> working) {
    double seconds = (nowNs - passedToNs.orElse(nowNs)) / 1e9;
    Learning next =
        new Learning(
            learnt.elapsed(seconds, working),
            kept,
            OptionalLong.of(nowNs),
            unkeptSeconds + seconds,
            breakers);
    return next.unkeptSeconds >= KEEP_SECONDS ? next.keep() : next;
  }
}
