package io.coterie.planner.cost;

import io.coterie.protocol.json.Check;

/**
 * A board as the planner sees it.
 *
 * @param id unique within the fleet
 * @param flopsPerSecond compute, > 0
 * @param memoryBytes what students may use together, >= 0
 * @param uplinkBitsPerSecond > 0
 * @param failureProbability probability in [0, 1) that no portion of it arrives in time
 */
public record Device(
    String id,
    double flopsPerSecond,
    long memoryBytes,
    double uplinkBitsPerSecond,
    double failureProbability) {
  public Device {
    Check.text(id, "device.id");
    Check.positive(flopsPerSecond, "flopsPerSecond of device " + id);
    Check.notNegative(memoryBytes, "memoryBytes of device " + id);
    Check.positive(uplinkBitsPerSecond, "uplinkBitsPerSecond of device " + id);
    Check.fraction(failureProbability, "failureProbability of device " + id);
    if (failureProbability == 1) {
      throw new IllegalArgumentException(
          "must be < 1: failureProbability of device " + id + "=1.0; leave a dead board out");
    }
  }
}
