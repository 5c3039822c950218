package io.coterie.orchestrator.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyTest {
  @Test
  void beginsAsThePlainMeanAndVariance() {
    Latency latency = Latency.UNKNOWN.with(1).with(2).with(3).with(6);
    assertEquals(3, latency.meanSeconds(), 1e-12);
    assertEquals(3.5, latency.variance(), 1e-12);
    assertEquals(3 + Math.sqrt(3.5), latency.upperSeconds(), 1e-12);
  }

  @Test
  void forgetsWithItsWeight() {
    Latency latency = Latency.UNKNOWN;
    for (int i = 0; i < 1_000; i++) {
      latency = latency.with(1);
    }
    latency = latency.with(2);
    assertEquals(1 + Latency.NEWEST_WEIGHT, latency.meanSeconds(), 1e-9);
    assertEquals(0.95 * 0.05, latency.variance(), 1e-9);
  }

  @Test
  void findsMeanAndDeviationOfNoise() {
    Random random = new Random(1185);
    double means = 0;
    double noises = 0;
    Latency latency = Latency.UNKNOWN;
    for (int i = 0; i < 10_000; i++) {
      latency = latency.with(0.01 * (1 + 0.2 * random.nextGaussian()));
      means += i < 1_000 ? 0 : latency.meanSeconds() / 9_000;
      noises += i < 1_000 ? 0 : latency.noise() / 9_000;
    }
    assertEquals(0.01, means, 0.0001);
    assertEquals(0.2, noises, 0.01);
  }

  @Test
  void anEvenBoardIsPlannedWithItsMean() {
    assertEquals(0.008, Latency.UNKNOWN.with(0.008).with(0.008).upperSeconds(), 1e-15);
  }

  @Test
  void refusesWhatIsNoLatency() {
    assertThrows(IllegalArgumentException.class, () -> new Latency(0, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Latency(1, -1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Latency(1, Double.NaN, 1));
    assertTrue(Latency.UNKNOWN.with(1).known());
  }
}
