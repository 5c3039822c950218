package io.coterie.planner.baseline;

import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.json.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Unequal fleets drawn from a seed, the same on every machine: compute log-uniform in 5e6 to 5e8
 * FLOP/s, uplink log-uniform in 500 bit/s to 10 Mbit/s, failure probability uniform in 0.01 to 0.3,
 * memory log-uniform from half the bundle's smallest student to four times its largest. Not
 * thread-safe.
 */
public final class RandomFleets {
  private final Random random;
  private final double leastBytes;
  private final double mostBytes;

  /** Fleets for a bundle. */
  public RandomFleets(Manifest manifest, long seed) {
    // Seeds that follow each other must not give fleets that are alike.
    random = new Random(new SplittableRandom(seed).nextLong());
    leastBytes = studentBytes(manifest).min().orElseThrow() / 2.0;
    mostBytes = studentBytes(manifest).max().orElseThrow() * 4.0;
  }

  private static LongStream studentBytes(Manifest manifest) {
    return manifest.partitionings().stream()
        .flatMap(partitioning -> partitioning.partitions().stream())
        .flatMap(partition -> partition.students().stream())
        .mapToLong(Student::memoryBytes);
  }

  /** A fleet of 1 to {@code most} boards. */
  public List<Device> upTo(int most) {
    return of(1 + random.nextInt(Check.positive(most, "most")));
  }

  /** A fleet of exactly so many boards. */
  public List<Device> of(int boards) {
    List<Device> fleet = new ArrayList<>();
    for (int i = 0; i < boards; i++) {
      fleet.add(
          new Device(
              "b" + i,
              logUniform(5e6, 5e8),
              (long) logUniform(leastBytes, mostBytes),
              logUniform(500, 1e7),
              0.01 + 0.29 * random.nextDouble()));
    }
    return fleet;
  }

  private double logUniform(double low, double high) {
    return low * Math.pow(high / low, random.nextDouble());
  }
}
