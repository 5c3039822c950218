package io.coterie.agent.fusion;

import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Portion;
import java.util.List;

/**
 * The shape that portions must have to be fused together.
 *
 * @param sizes number of values of each partition's portion
 * @param exits number of exits, at least 1
 */
record PortionSchema(FusionKey id, List<Integer> sizes, int exits) {
  /**
   * Portions with the same bundle, strategy and K fit together, whatever plan they were computed
   * under.
   */
  record FusionKey(String bundle, Strategy strategy, int k) {
    static FusionKey of(Portion portion) {
      return new FusionKey(portion.bundle(), portion.strategy(), portion.k());
    }

    static FusionKey of(FuserRole role) {
      return new FusionKey(role.bundle(), role.strategy(), role.k());
    }
  }

  PortionSchema {
    sizes = List.copyOf(sizes);
  }

  static PortionSchema of(FuserRole role, Partitioning partitioning) {
    return new PortionSchema(
        FusionKey.of(role),
        partitioning.partitions().stream().map(Partition::size).toList(),
        partitioning.exits().size());
  }

  /** Whether the portion is of an exit there is, has the right length and only finite values. */
  boolean fits(Portion portion) {
    if (portion.exit() > exits || portion.values().length != sizes.get(portion.partition())) {
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
