package io.coterie.agent.fusion;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.message.Portion;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A frame that is not answered yet, and the portions that came for it. */
final class OpenFrame {
  private final long openedNs;
  private final long deadlineNs;
  private final Map<PortionSchema.FusionKey, ExitPortions> portions = new HashMap<>();
  private final boolean again;
  private String rejection = "";
  private int conflicts;
  private Optional<FrameArrival> arrival = Optional.empty();

  /**
   * Opens a frame.
   *
   * @param again whether a frame of the same identity was answered before
   */
  OpenFrame(long openedNs, long deadlineNs, boolean again) {
    this.openedNs = openedNs;
    this.deadlineNs = deadlineNs;
    this.again = again;
  }

  boolean again() {
    return again;
  }

  /** Another frame arrived under the same identity. Its rejection is not a result of this frame. */
  void expectRejection() {
    conflicts++;
  }

  /**
   * Whether a result is the rejection of another frame of the same identity. Each such frame
   * accounts for one result.
   */
  boolean takeRejection() {
    boolean expected = conflicts > 0;
    conflicts -= expected ? 1 : 0;
    return expected;
  }

  long openedNs() {
    return openedNs;
  }

  long deadlineNs() {
    return deadlineNs;
  }

  /** The arrival of the frame; empty while only portions have arrived, which may overtake it. */
  Optional<FrameArrival> arrival() {
    return arrival;
  }

  void arrived(FrameArrival frame) {
    arrival = Optional.of(frame);
  }

  /** Keeps the portion if it is the first of its place, or the first reason to reject. */
  void add(Portion portion, PortionSchema schema) {
    if (portion.rejection().isEmpty()) {
      portions.computeIfAbsent(schema.id(), id -> new ExitPortions(schema)).add(portion);
    } else {
      rejection = rejection.isEmpty() ? portion.rejection() : rejection;
    }
  }

  /** Why a board found the frame unusable, or empty. */
  String rejection() {
    return rejection;
  }

  /** Whether any portion came that was computed from the frame. */
  boolean hasPortions() {
    return !portions.isEmpty();
  }

  /** The portions of one schema; empty if none has arrived. */
  ExitPortions portions(PortionSchema schema) {
    ExitPortions found = portions.get(schema.id());
    return found == null ? new ExitPortions(schema) : found;
  }
}
