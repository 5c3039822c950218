package io.coterie.protocol.bundle;

import com.google.gson.annotations.SerializedName;
import java.util.Locale;

/**
 * What tells that an answer is good enough to stop at an exit. Each policy gives a score, the lower
 * the surer; a frame leaves where the score is below the threshold, so that it never leaves early
 * at 0. Pure functions.
 *
 * <p>The feature difference is the criterion of DistrEE (arXiv 2502.15735); the others are what it
 * is compared with. The cosine is of features without their training mean (ours: without that it
 * would be the feature difference on another scale).
 */
public enum ExitPolicy {
  /** Distance of the features from those of the exit before, both of length 1: 0 to 2. */
  @SerializedName("feature-difference")
  FEATURE_DIFFERENCE(2) {
    @Override
    public double score(Evidence evidence) {
      double cosine = cosine(evidence.features(), null, evidence.before(), null);
      return Math.sqrt(Math.max(0, 2 - 2 * cosine));
    }
  },

  /** 1 minus the cosine between the features and those of the exit before, centred: 0 to 2. */
  @SerializedName("cosine")
  COSINE(2) {
    @Override
    public double score(Evidence evidence) {
      return 1
          - cosine(evidence.features(), evidence.mean(), evidence.before(), evidence.meanBefore());
    }
  },

  /** 1 minus the largest probability: 0 to 1. */
  @SerializedName("max-softmax")
  MAX_SOFTMAX(1) {
    @Override
    public double score(Evidence evidence) {
      double largest = 0;
      for (double probability : evidence.probabilities()) {
        largest = Math.max(largest, probability);
      }
      return 1 - largest;
    }
  },

  /** Entropy of the probabilities as a part of the largest there can be: 0 to 1. */
  @SerializedName("entropy")
  ENTROPY(1) {
    @Override
    public double score(Evidence evidence) {
      double sum = 0;
      for (double probability : evidence.probabilities()) {
        sum -= probability > 0 ? probability * Math.log(probability) : 0;
      }
      return sum / Math.log(evidence.probabilities().length);
    }
  };

  /**
   * What is known of a frame at an exit; the arrays are not copied.
   *
   * @param features all portions of this exit, in partition order
   * @param mean their training mean
   * @param before all portions of the exit before; empty at the first
   * @param meanBefore their training mean; empty at the first
   * @param probabilities of the labels
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Evidence(
      float[] features, float[] mean, float[] before, float[] meanBefore, double[] probabilities) {}

  private final double largestThreshold;

  ExitPolicy(double largestThreshold) {
    this.largestThreshold = largestThreshold;
  }

  /** The lower the surer; infinite where the policy needs the exit before and there is none. */
  public abstract double score(Evidence evidence);

  /** Whether the frame leaves here. */
  public boolean leaves(Evidence evidence, double threshold) {
    return score(evidence) < threshold;
  }

  /**
   * Returns the threshold if it is one.
   *
   * @throws IllegalArgumentException otherwise, with the range
   */
  public double checkThreshold(double threshold) {
    if (!(threshold >= 0 && threshold <= largestThreshold)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a threshold of %s must be in 0 to %s: %s",
              text(),
              largestThreshold,
              threshold));
    }
    return threshold;
  }

  /** Largest threshold there is: everything leaves that can. */
  public double largestThreshold() {
    return largestThreshold;
  }

  /** Whether it compares an exit with the one before, so that nothing leaves at the first. */
  public boolean comparesExits() {
    return this == FEATURE_DIFFERENCE || this == COSINE;
  }

  /** The first exit that a frame can leave at, from 1. */
  public int earliestExit() {
    return comparesExits() ? 2 : 1;
  }

  /** As it is written in messages and on the command line. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads what {@link #text} gives.
   *
   * @throws IllegalArgumentException if there is no such policy
   */
  public static ExitPolicy parse(String text) {
    for (ExitPolicy policy : values()) {
      if (policy.text().equals(text)) {
        return policy;
      }
    }
    throw new IllegalArgumentException(
        "unknown exit policy (there are feature-difference, cosine, max-softmax and entropy): "
            + text);
  }

  /** Cosine of a - meanA and b - meanB; -infinity where there is no b, 0 where one is all zero. */
  private static double cosine(float[] a, float[] meanA, float[] b, float[] meanB) {
    if (b.length == 0) {
      return Double.NEGATIVE_INFINITY;
    }
    double product = 0;
    double lengthA = 0;
    double lengthB = 0;
    for (int i = 0; i < a.length; i++) {
      double x = meanA == null ? a[i] : a[i] - meanA[i];
      double y = meanB == null ? b[i] : b[i] - meanB[i];
      product += x * y;
      lengthA += x * x;
      lengthB += y * y;
    }
    double lengths = Math.sqrt(lengthA * lengthB);
    return lengths > 0 ? product / lengths : 0;
  }
}
