package io.coterie.agent.fusion;

import io.coterie.protocol.message.Portion;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether the answer of an exit is good enough. A function of its arguments and of the
 * threshold in force; must not throw.
 */
interface ExitCriterion {
  /** Runs every frame to its end. */
  ExitCriterion NEVER = (schema, exit, portions, before) -> false;

  /**
   * Whether a frame leaves.
   *
   * @param exit from 1, not the last
   * @param portions to fuse at this exit, in partition order
   * @param before to fuse at the exit before; all missing at the first
   */
  boolean leaves(
      PortionSchema schema,
      int exit,
      List<Optional<Portion>> portions,
      List<Optional<Portion>> before);
}
