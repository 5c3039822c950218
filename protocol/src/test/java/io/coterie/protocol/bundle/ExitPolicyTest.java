package io.coterie.protocol.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.ExitPolicy.Evidence;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ExitPolicyTest {
  private static final float[] NONE = {};

  @Test
  void featureDifferenceIsTheDistanceOfUnitVectors() {
    // (3, 4) and (4, 3) have length 5: (0.6, 0.8) - (0.8, 0.6) = (-0.2, 0.2).
    Evidence evidence = features(new float[] {3, 4}, new float[] {4, 3});
    assertEquals(Math.sqrt(0.08), ExitPolicy.FEATURE_DIFFERENCE.score(evidence), 1e-9);
    assertEquals(0, difference(new float[] {1, 2}, new float[] {10, 20}), 1e-7);
    assertEquals(2, difference(new float[] {1, 2}, new float[] {-1, -2}), 1e-7);
    assertEquals(Math.sqrt(2), difference(new float[] {0, 0}, new float[] {1, 2}), 1e-9);
  }

  @Test
  void cosineIsThatOfCentredFeatures() {
    // (2, 1) - (1, 1) = (1, 0) and (3, 3) - (2, 2) = (1, 1): 1 - 1 / sqrt 2.
    Evidence evidence =
        new Evidence(
            new float[] {2, 1},
            new float[] {1, 1},
            new float[] {3, 3},
            new float[] {2, 2},
            new double[] {});
    assertEquals(1 - Math.sqrt(0.5), ExitPolicy.COSINE.score(evidence), 1e-9);
  }

  @Test
  void maxSoftmaxIsWhatTheLargestProbabilityLacks() {
    assertEquals(0.3, ExitPolicy.MAX_SOFTMAX.score(probabilities(0.7, 0.2, 0.1)), 1e-9);
  }

  @Test
  void entropyIsAPartOfTheLargestThereCanBe() {
    // -(0.5 log2 0.5 + 0.25 log2 0.25 + 0.25 log2 0.25) = 1.5 of 2 bits for four labels.
    assertEquals(0.75, ExitPolicy.ENTROPY.score(probabilities(0.5, 0.25, 0.25, 0)), 1e-9);
    assertEquals(1, ExitPolicy.ENTROPY.score(probabilities(0.25, 0.25, 0.25, 0.25)), 1e-9);
    assertEquals(0, ExitPolicy.ENTROPY.score(probabilities(1, 0, 0, 0)), 1e-9);
  }

  @ParameterizedTest
  @EnumSource(ExitPolicy.class)
  void scoresAreInTheRangeOfThresholds(ExitPolicy policy) {
    Random random = new Random(17);
    for (int i = 0; i < 1_000; i++) {
      double score = policy.score(random(random));
      assertTrue(score >= -1e-12 && score <= policy.largestThreshold() + 1e-12, () -> "" + score);
    }
  }

  @ParameterizedTest
  @EnumSource(ExitPolicy.class)
  void nothingLeavesAtThresholdZero(ExitPolicy policy) {
    Evidence sure =
        new Evidence(
            new float[] {1, 0},
            new float[] {0, 0},
            new float[] {1, 0},
            new float[] {0, 0},
            new double[] {1, 0});
    assertFalse(policy.leaves(sure, 0));
    assertTrue(policy.leaves(sure, 0.01));
  }

  @ParameterizedTest
  @EnumSource(ExitPolicy.class)
  void whatComparesExitsNeverLeavesAtTheFirst(ExitPolicy policy) {
    Evidence first =
        new Evidence(new float[] {1, 0}, new float[] {0, 0}, NONE, NONE, new double[] {1, 0});
    assertEquals(!policy.comparesExits(), policy.leaves(first, policy.largestThreshold()));
    assertEquals(policy.comparesExits() ? 2 : 1, policy.earliestExit());
  }

  @ParameterizedTest
  @EnumSource(ExitPolicy.class)
  void refusesThresholdsOutsideTheRange(ExitPolicy policy) {
    assertEquals(0, policy.checkThreshold(0));
    for (double wrong : new double[] {-0.1, policy.largestThreshold() + 0.1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> policy.checkThreshold(wrong));
    }
  }

  @ParameterizedTest
  @EnumSource(ExitPolicy.class)
  void readsWhatItWrites(ExitPolicy policy) {
    assertEquals(policy, ExitPolicy.parse(policy.text()));
  }

  private static double difference(float[] features, float[] before) {
    return ExitPolicy.FEATURE_DIFFERENCE.score(features(features, before));
  }

  private static Evidence features(float[] features, float[] before) {
    return new Evidence(features, new float[2], before, new float[2], new double[] {});
  }

  private static Evidence probabilities(double... probabilities) {
    return new Evidence(NONE, NONE, NONE, NONE, probabilities);
  }

  private static Evidence random(Random random) {
    float[][] rows = new float[4][8];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    double first = random.nextDouble();
    double second = random.nextDouble() * (1 - first);
    return new Evidence(
        rows[0], rows[1], rows[2], rows[3], new double[] {first, second, 1 - first - second});
  }
}
