package io.coterie.agent.fusion;

import io.coterie.agent.arrival.FrameArrival;
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

  /** Another frame came under the same identity: its rejection is no result of this one. */
  void expectRejection() {
    conflicts++;
  }

  /** Whether a result of this identity is such a rejection; each is one only once. */
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

  /** Empty while only portions have come: they may overtake the frame. */
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

  /** The portions of one schema; none if none came. */
  ExitPortions portions(PortionSchema schema) {
    ExitPortions found = portions.get(schema.id());
    return found == null ? new ExitPortions(schema) : found;
  }
}
