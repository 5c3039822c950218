package io.coterie.agent.fusion;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Portion;
import java.util.List;
import java.util.Optional;

/**
 * The decision how one frame ends. If the status is ok or degraded, the portions are to be fused.
 *
 * @param exit that answers, from 1; 0 without an answer
 * @param portions in partition order. Where a partition's portion of the exit is missing, its last
 *     one before. Empty without a schema
 * @param openedNs when the frame arrived
 * @param reason empty for an answer
 */
record FrameDecision(
    FrameArrival frame,
    Outcome status,
    Optional<PortionSchema> schema,
    int exit,
    List<Optional<Portion>> portions,
    long openedNs,
    String reason)
    implements FusionEffect {
  FrameDecision {
    portions = List.copyOf(portions);
  }

  @Override
  public FrameKey key() {
    return frame.key();
  }

  static FrameDecision answer(FrameArrival frame, OpenFrame open, PortionSchema schema, int exit) {
    List<Optional<Portion>> portions = open.portions(schema).at(exit);
    Outcome status = have(portions, exit) == portions.size() ? Outcome.OK : Outcome.DEGRADED;
    return new FrameDecision(
        frame, status, Optional.of(schema), exit, portions, open.openedNs(), "");
  }

  static FrameDecision refusal(FrameArrival frame, Outcome status, long openedNs, String reason) {
    return new FrameDecision(frame, status, Optional.empty(), 0, List.of(), openedNs, reason);
  }

  /** Number of partitions whose portion is of the exit that answers. */
  int have() {
    return have(portions, exit);
  }

  private static int have(List<Optional<Portion>> portions, int exit) {
    return (int) portions.stream().flatMap(Optional::stream).filter(p -> p.exit() == exit).count();
  }

  /** Whether stages remain that the boards need not compute any more. */
  boolean leavesEarly() {
    return schema.isPresent() && exit < schema.get().exits();
  }
}
