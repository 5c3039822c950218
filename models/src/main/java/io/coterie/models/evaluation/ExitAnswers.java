package io.coterie.models.evaluation;

import io.coterie.inference.Softmax;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitPolicy.Evidence;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What every exit answers to some images with all portions there, and what comes of a policy. Pure;
 * the arrays are not copied.
 *
 * @param features per exit row-major {@code [images, features]}
 * @param means per exit the features' training mean
 * @param logits per exit row-major {@code [images, labels]}
 * @param labels number of labels
 * @param truth the right label of each image
 */
public record ExitAnswers(
    List<float[]> features, List<float[]> means, List<float[]> logits, int labels, int[] truth) {
  public ExitAnswers {
    features = List.copyOf(features);
    means = List.copyOf(means);
    logits = List.copyOf(logits);
    if (features.size() != means.size() || features.size() != logits.size() || truth.length == 0) {
      throw new IllegalArgumentException(
          features.size() + " exits of features, " + logits.size() + " of logits");
    }
  }

  /** Those of exits that give logits alone. */
  public static ExitAnswers ofLogits(List<float[]> logits, int labels, int[] truth) {
    List<float[]> none = Collections.nCopies(logits.size(), new float[0]);
    return new ExitAnswers(none, none, logits, labels, truth);
  }

  /** The policies that can judge them. */
  public List<ExitPolicy> policies() {
    boolean featureless = features.get(0).length == 0;
    return Arrays.stream(ExitPolicy.values())
        .filter(policy -> !featureless || !policy.comparesExits())
        .toList();
  }

  /** Accuracy if every image left at an exit, from 0. */
  public double accuracy(int exit) {
    return Accuracy.of(logits.get(exit), labels, truth);
  }

  /** Number of exits. */
  public int exits() {
    return features.size();
  }

  /** Number of images. */
  public int images() {
    return truth.length;
  }

  /** The policy's score of every image at every exit but the last: {@code [exit][image]}. */
  public double[][] scores(ExitPolicy policy) {
    double[][] scores = new double[exits() - 1][images()];
    for (int exit = 0; exit < scores.length; exit++) {
      for (int image = 0; image < images(); image++) {
        scores[exit][image] = policy.score(evidence(exit, image));
      }
    }
    return scores;
  }

  private Evidence evidence(int exit, int image) {
    float[] none = {};
    return new Evidence(
        row(features, exit, image),
        means.get(exit),
        exit == 0 ? none : row(features, exit - 1, image),
        exit == 0 ? none : means.get(exit - 1),
        Softmax.of(row(logits, exit, image))
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "exit %d gives no numbers for picture %d".formatted(exit + 1, image))));
  }

  private float[] row(List<float[]> rows, int exit, int image) {
    int width = rows.get(exit).length / images();
    return Arrays.copyOfRange(rows.get(exit), image * width, (image + 1) * width);
  }

  /** Whether each exit is right about each image: {@code [exit][image]}. */
  boolean[][] right() {
    boolean[][] right = new boolean[exits()][images()];
    for (int exit = 0; exit < exits(); exit++) {
      int[] predictions = Accuracy.predictions(logits.get(exit), labels);
      for (int image = 0; image < images(); image++) {
        right[exit][image] = predictions[image] == truth[image];
      }
    }
    return right;
  }

  /**
   * What comes of a threshold: every image leaves at the first exit where its score is below it.
   *
   * @param costs of running to each exit, as a part of running to the end
   */
  public static ExitReport.Point outcome(
      double[][] scores, boolean[][] right, double threshold, List<Double> costs) {
    int images = right[0].length;
    int[] left = new int[right.length];
    int correct = 0;
    for (int image = 0; image < images; image++) {
      int exit = 0;
      while (exit < scores.length && !(scores[exit][image] < threshold)) {
        exit++;
      }
      left[exit]++;
      correct += right[exit][image] ? 1 : 0;
    }
    List<Double> parts = Arrays.stream(left).mapToObj(count -> (double) count / images).toList();
    double computation = 0;
    for (int exit = 0; exit < left.length; exit++) {
      computation += parts.get(exit) * costs.get(exit);
    }
    return new ExitReport.Point(threshold, (double) correct / images, computation, parts);
  }
}
