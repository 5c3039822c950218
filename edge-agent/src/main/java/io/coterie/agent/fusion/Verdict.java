package io.coterie.agent.fusion;

import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Portion;
import java.util.List;
import java.util.Optional;

/**
 * How one frame ends. Where the status is ok or degraded, the portions are to be fused.
 *
 * @param portions in partition order; empty without a layout
 * @param openedNs when the frame arrived
 * @param reason empty for an answer
 */
record Verdict(
    FrameArrival frame,
    Outcome status,
    Optional<Layout> layout,
    List<Optional<Portion>> portions,
    long openedNs,
    String reason) {
  Verdict {
    portions = List.copyOf(portions);
  }

  static Verdict answer(FrameArrival frame, OpenFrame open, Layout layout) {
    List<Optional<Portion>> portions = open.portions(layout);
    boolean complete = portions.stream().allMatch(Optional::isPresent);
    Outcome status = complete ? Outcome.OK : Outcome.DEGRADED;
    return new Verdict(frame, status, Optional.of(layout), portions, open.openedNs(), "");
  }

  static Verdict refusal(FrameArrival frame, Outcome status, long openedNs, String reason) {
    return new Verdict(frame, status, Optional.empty(), List.of(), openedNs, reason);
  }

  int have() {
    return (int) portions.stream().filter(Optional::isPresent).count();
  }
}
