package io.coterie.agent.fusion;

import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Portion;
import java.util.List;

/**
 * What portions must look like to be fused together.
 *
 * @param sizes number of values of each partition's portion
 */
record Layout(Id id, List<Integer> sizes) {
  /** Portions with the same bundle and K fit together, whatever plan they were computed under. */
  record Id(String bundle, int k) {
    static Id of(Portion portion) {
      return new Id(portion.bundle(), portion.k());
    }
  }

  Layout {
    sizes = List.copyOf(sizes);
  }

  static Layout of(FuserRole role, Partitioning partitioning) {
    return new Layout(
        new Id(role.bundle(), role.k()),
        partitioning.partitions().stream().map(Partition::size).toList());
  }

  /** Whether the portion has the right length and only finite values. */
  boolean fits(Portion portion) {
    if (portion.values().length != sizes.get(portion.partition())) {
      return false;
    }
    for (float value : portion.values()) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
