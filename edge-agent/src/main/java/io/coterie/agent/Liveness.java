package io.coterie.agent;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Judges whether an agent's event loop and engine come back, from looks at them at equal periods.
 * It counts looks, not time: a process that was suspended did not look either.
 *
 * <p>Not thread-safe.
 */
final class Liveness {
  /** Milliseconds from one look to the next. */
  static final long PERIOD_MS = 500;

  /** So often a loop may be seen at work, or the same job, before that counts as a hang. */
  private static final int PATIENCE = 6;

  /** The same, while the loop loads models. */
  private static final int LOADING_PATIENCE = 120;

  private int loopLooks;
  private OptionalLong job = OptionalLong.empty();
  private int jobLooks;

  /**
   * One look.
   *
   * @param loopCameBack whether the loop has run what it was given at the look before
   * @param loading whether the loop does what may take long
   * @param runningSinceNs what tells the engine's job apart from the one before; empty for none
   * @param deadlineMs the longest of what the agent does: a job may take twice as long
   * @return what does not come back; empty where all does
   */
  Optional<String> look(
      boolean loopCameBack, boolean loading, OptionalLong runningSinceNs, long deadlineMs) {
    loopLooks = loopCameBack ? 0 : loopLooks + 1;
    jobLooks = runningSinceNs.isPresent() && runningSinceNs.equals(job) ? jobLooks + 1 : 0;
    job = runningSinceNs;
    if (loopLooks > (loading ? LOADING_PATIENCE : PATIENCE)) {
      return Optional.of("the agent's event loop does not come back");
    }
    if (jobLooks > Math.max(PATIENCE, 2 * deadlineMs / PERIOD_MS)) {
      return Optional.of("a model does not come back from computing");
    }
    return Optional.empty();
  }
}
