package io.coterie.agent.fusion;

import io.coterie.protocol.message.Portion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The portions of one frame in one schema that came so far. Exits count from 1. */
final class ExitPortions {
  private final Portion[][] rows;
  private int judged;

  ExitPortions(PortionSchema schema) {
    rows = new Portion[schema.exits()][schema.id().k()];
  }

  /** Keeps the portion if it is the first of its exit and partition. */
  void add(Portion portion) {
    Portion[] row = rows[portion.exit() - 1];
    if (row[portion.partition()] == null) {
      row[portion.partition()] = portion;
    }
  }

  /** Whether all of the named partitions have their portion of the exit. */
  boolean covers(int exit, List<Integer> partitions) {
    Portion[] row = rows[exit - 1];
    return partitions.stream().allMatch(partition -> row[partition] != null);
  }

  /**
   * What is fused at an exit, in partition order: its portion, else the partition's last one
   * before. All missing at exit 0.
   */
  List<Optional<Portion>> at(int exit) {
    List<Optional<Portion>> portions = new ArrayList<>();
    for (int partition = 0; partition < rows[0].length; partition++) {
      Portion last = null;
      for (int row = 0; row < exit; row++) {
        last = rows[row][partition] == null ? last : rows[row][partition];
      }
      portions.add(Optional.ofNullable(last));
    }
    return portions;
  }

  /** The highest exit that any portion came of; 0 where none came. */
  int highest() {
    for (int exit = rows.length; exit > 0; exit--) {
      if (Arrays.stream(rows[exit - 1]).anyMatch(Objects::nonNull)) {
        return exit;
      }
    }
    return 0;
  }

  /** The part of the partitions that gave any portion; in [0, 1]. */
  double present() {
    return at(rows.length).stream().filter(Optional::isPresent).count() / (double) rows[0].length;
  }

  /** The highest exit whose answer was judged; 0 for none. */
  int judged() {
    return judged;
  }

  void judged(int exit) {
    judged = exit;
  }
}
