package io.coterie.models.evaluation;

import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.OperatingPoint;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** Makes the tables of operating points that a bundle offers. Pure. */
public final class ExitTables {
  /** Steps between running to the end and leaving as early as possible. */
  private static final int STEPS = 32;

  private static final MathContext DIGITS = new MathContext(5);

  private ExitTables() {}

  /**
   * One table for each policy that can judge the answers. Thresholds are quantiles of the scores on
   * validation images: the test images decide nothing.
   *
   * @param costs of running to each exit, as a part of running to the end
   */
  public static List<ExitTable> of(
      String student, ExitAnswers validation, ExitAnswers test, List<Double> costs) {
    return validation.policies().stream()
        .map(policy -> table(policy, student, validation, test, costs))
        .toList();
  }

  private static ExitTable table(
      ExitPolicy policy,
      String student,
      ExitAnswers validation,
      ExitAnswers test,
      List<Double> costs) {
    double[][] scores = validation.scores(policy);
    double[][] testScores = test.scores(policy);
    boolean[][] right = validation.right();
    boolean[][] testRight = test.right();
    List<OperatingPoint> points = new ArrayList<>();
    for (double threshold : thresholds(policy, scores)) {
      ExitReport.Point point = ExitAnswers.outcome(scores, right, threshold, costs);
      points.add(
          new OperatingPoint(
              threshold,
              point.accuracy(),
              ExitAnswers.outcome(testScores, testRight, threshold, costs).accuracy(),
              point.computation(),
              point.exits()));
    }
    return new ExitTable(policy, student, points);
  }

  private static Iterable<Double> thresholds(ExitPolicy policy, double[][] scores) {
    double[] all =
        Arrays.stream(scores).flatMapToDouble(Arrays::stream).filter(Double::isFinite).toArray();
    Arrays.sort(all);
    TreeSet<Double> thresholds = new TreeSet<>(List.of(0.0));
    for (int step = 1; step <= STEPS && all.length > 0; step++) {
      double score = all[Math.min(all.length - 1, step * all.length / STEPS)];
      double rounded = new BigDecimal(score).round(DIGITS).doubleValue();
      thresholds.add(Math.min(policy.largestThreshold(), rounded));
    }
    return thresholds;
  }
}
