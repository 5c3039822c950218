package io.coterie.agent.fusion;

import io.coterie.protocol.message.Portion;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A frame that is not answered yet, and the portions that came for it. */
final class OpenFrame {
  private final long openedNs;
  private final long deadlineNs;
  private final Map<Layout.Id, Portion[]> portions = new HashMap<>();
  private String rejection = "";
  private Optional<FrameArrival> arrival = Optional.empty();

  OpenFrame(long openedNs, long deadlineNs) {
    this.openedNs = openedNs;
    this.deadlineNs = deadlineNs;
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

  /** Keeps the portion if it is the first of its partition, or the first reason to reject. */
  void add(Portion portion) {
    if (!portion.rejection().isEmpty()) {
      rejection = rejection.isEmpty() ? portion.rejection() : rejection;
      return;
    }
    Portion[] row = portions.computeIfAbsent(Layout.Id.of(portion), id -> new Portion[id.k()]);
    if (row[portion.partition()] == null) {
      row[portion.partition()] = portion;
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

  /** The portions of one layout, in partition order. */
  List<Optional<Portion>> portions(Layout layout) {
    Portion[] row = portions.getOrDefault(layout.id(), new Portion[layout.id().k()]);
    return Arrays.stream(row).map(Optional::ofNullable).toList();
  }

  /** Number of partitions of the layout whose portion is there. */
  int have(Layout layout) {
    return (int) portions(layout).stream().filter(Optional::isPresent).count();
  }

  /** Whether all of the layout's named partitions have their portion. */
  boolean covers(Layout layout, List<Integer> partitions) {
    Portion[] row = portions.get(layout.id());
    return row != null && partitions.stream().allMatch(partition -> row[partition] != null);
  }
}
