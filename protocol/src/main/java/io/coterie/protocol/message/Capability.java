package io.coterie.protocol.message;

import io.coterie.protocol.json.Check;

/**
 * What an agent can do; retained.
 *
 * @param software release of Coterie
 * @param hardware board or CPU model, for people
 * @param arch such as {@code amd64} or {@code aarch64}
 * @param cores processors the agent may use
 * @param memoryBytes memory the agent offers to models
 * @param flopsPerSecond measured floating-point operations per second
 * @param uplinkBitsPerSecond bandwidth towards the broker
 * @param failureProbability probability in [0, 1) of giving no portion in time
 * @param hub whether the agent runs inside the hub, next to the broker
 * @param term highest term seen, 0 for none
 * @param epoch highest epoch seen, 0 for none
 */
public record Capability(
    long incarnation,
    String software,
    String hardware,
    String arch,
    int cores,
    long memoryBytes,
    double flopsPerSecond,
    double uplinkBitsPerSecond,
    double failureProbability,
    boolean hub,
    long term,
    long epoch) {
  public Capability {
    Check.rising(incarnation, "incarnation");
    Check.text(software, "software");
    Check.text(hardware, "hardware");
    Check.text(arch, "arch");
    Check.positive(cores, "cores");
    Check.positive(memoryBytes, "memoryBytes");
    Check.positive(flopsPerSecond, "flopsPerSecond");
    Check.positive(uplinkBitsPerSecond, "uplinkBitsPerSecond");
    Check.fraction(failureProbability, "failureProbability");
    if (failureProbability == 1) {
      throw new IllegalArgumentException("must be < 1: failureProbability=1");
    }
    Check.risingOrNone(term, "term");
    Check.risingOrNone(epoch, "epoch");
  }

  /** The same board after it has seen a newer plan. */
  public Capability seen(long newTerm, long newEpoch) {
    return new Capability(
        incarnation,
        software,
        hardware,
        arch,
        cores,
        memoryBytes,
        flopsPerSecond,
        uplinkBitsPerSecond,
        failureProbability,
        hub,
        newTerm,
        newEpoch);
  }
}
