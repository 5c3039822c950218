package io.coterie.planner.grouping;

import io.coterie.planner.cost.Device;
import java.util.Comparator;
import java.util.List;

/**
 * How far apart two boards are: the Euclidean distance of (compute, memory, uplink), each divided
 * by its maximum over the fleet. In [0, sqrt 3).
 */
final class Likeness {
  /** Falling compute; the identifier makes it total. */
  static final Comparator<Device> STRONGEST_FIRST =
      Comparator.comparingDouble(Device::flopsPerSecond).reversed().thenComparing(Device::id);

  private final double maxFlops;
  private final double maxMemory;
  private final double maxUplink;

  Likeness(List<Device> fleet) {
    maxFlops = fleet.stream().mapToDouble(Device::flopsPerSecond).max().orElse(1);
    maxMemory = Math.max(1, fleet.stream().mapToDouble(Device::memoryBytes).max().orElse(1));
    maxUplink = fleet.stream().mapToDouble(Device::uplinkBitsPerSecond).max().orElse(1);
  }

  double distance(Device a, Device b) {
    double compute = (a.flopsPerSecond() - b.flopsPerSecond()) / maxFlops;
    double memory = (a.memoryBytes() - b.memoryBytes()) / maxMemory;
    double uplink = (a.uplinkBitsPerSecond() - b.uplinkBitsPerSecond()) / maxUplink;
    return Math.sqrt(compute * compute + memory * memory + uplink * uplink);
  }
}
