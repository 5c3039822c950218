package io.coterie.agent.fusion;

import io.coterie.protocol.message.Portion;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether the answer of an exit is good enough. Depends on nothing but its arguments and
 * the threshold in force. Must not throw.
 */
interface ExitCriterion {
  /**
   * Whether the frame is answered at this exit.
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
