package io.coterie.models.evaluation;

import io.coterie.protocol.bundle.ExitPolicy;
import java.util.List;

/**
 * What was measured of a bundle's exits on the test split of a data set, with all portions there.
 * Accuracies and parts are in [0, 1].
 *
 * @param bundle name of the bundle
 * @param digest of its manifest
 * @param data name of the data set
 * @param images number of images
 * @param teacherAccuracy of the model the students were distilled from
 * @param budget loss of accuracy on validation images up to which thresholds were chosen
 * @param students by rising K
 */
public record ExitReport(
    String bundle,
    String digest,
    String data,
    int images,
    double teacherAccuracy,
    double budget,
    List<OfStudent> students) {
  public ExitReport {
    students = List.copyOf(students);
  }

  /**
   * The same student in all partitions of one K.
   *
   * @param exits from the earliest
   * @param policies as the bundle offers them
   */
  public record OfStudent(int k, String student, List<OfExit> exits, List<OfPolicy> policies) {
    public OfStudent {
      exits = List.copyOf(exits);
      policies = List.copyOf(policies);
    }
  }

  /**
   * One exit.
   *
   * @param cost floating-point operations up to it, as a part of running to the end
   * @param accuracy if every frame left here
   * @param worstWithOneLost the worst accuracy if one portion is replaced by its mean
   * @param worstWithOneEarlier the worst accuracy if one portion is that of the exit before; that
   *     of the mean at the first exit
   */
  public record OfExit(
      double cost, double accuracy, double worstWithOneLost, double worstWithOneEarlier) {}

  /**
   * One policy.
   *
   * @param chosen the cheapest point within the budget, by the validation images
   * @param points by rising threshold; the first runs every frame to the end
   */
  public record OfPolicy(ExitPolicy policy, Point chosen, List<Point> points) {
    public OfPolicy {
      points = List.copyOf(points);
    }
  }

  /**
   * What a threshold comes to with some images.
   *
   * @param accuracy part of the images that were answered right
   * @param computation on average, as a part of running to the end
   * @param exits part of the images that left at each exit
   */
  public record Point(double threshold, double accuracy, double computation, List<Double> exits) {
    public Point {
      exits = List.copyOf(exits);
    }
  }
}
