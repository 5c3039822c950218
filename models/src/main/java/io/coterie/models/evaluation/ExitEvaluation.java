package io.coterie.models.evaluation;

import io.coterie.inference.BatchRunner;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.bundle.Exit;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bundle.Student;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what a bundle offers to the strategy distree: every exit by itself, and every policy at
 * the thresholds that the bundle names. Thresholds come from the bundle's validation images; the
 * test images measure only.
 */
public final class ExitEvaluation {
  private final EvaluationRun trial;
  private final double budget;

  private ExitEvaluation(EvaluationRun trial, double budget) {
    this.trial = trial;
    this.budget = budget;
  }

  /**
   * Evaluates; the same bundle, data and options give the same report.
   *
   * @param data what {@link io.coterie.models.data.Datasets#open} reads
   * @param budget loss of accuracy on validation images that the chosen points may have, in [0, 1]
   * @throws BundleException if the bundle cannot be read
   * @throws IOException if the data cannot be read
   * @throws IllegalArgumentException if data and bundle do not fit, or the bundle has no exits
   */
  public static ExitReport run(
      Path bundlePath, String data, EvaluationOptions options, double budget)
      throws BundleException, IOException {
    EvaluationRun trial = EvaluationRun.open(bundlePath, data, options);
    return new ExitEvaluation(trial, budget).report();
  }

  private ExitReport report() {
    List<ExitReport.OfStudent> students = new ArrayList<>();
    for (Partitioning partitioning : trial.manifest().only(Strategy.DISTREE).partitionings()) {
      partitioning.policies().stream()
          .map(ExitTable::student)
          .distinct()
          .forEach(student -> students.add(measure(partitioning, student)));
    }
    return new ExitReport(
        trial.manifest().name(),
        trial.bundle().digest(),
        trial.data(),
        trial.images().size(),
        trial.teacherAccuracy(),
        budget,
        students);
  }

  private ExitReport.OfStudent measure(Partitioning partitioning, String name) {
    List<Student> chosen =
        partitioning.partitions().stream()
            .map(partition -> EvaluationRun.student(partition, name))
            .toList();
    List<Double> costs = costs(chosen);
    ExitAnswers answers = answers(partitioning, chosen);
    List<ExitReport.OfExit> exits = new ArrayList<>();
    for (int exit = 0; exit < answers.exits(); exit++) {
      exits.add(exit(partitioning, chosen, exit, costs.get(exit)));
    }
    List<ExitReport.OfPolicy> policies =
        partitioning.policies().stream()
            .filter(table -> table.student().equals(name))
            .map(table -> policy(table, answers, costs, budget))
            .toList();
    return new ExitReport.OfStudent(partitioning.k(), name, exits, policies);
  }

  /** Computation up to each exit as a part of running to the end. */
  public static List<Double> costs(List<Student> students) {
    double all = students.stream().mapToLong(Student::flops).sum();
    List<Double> costs = new ArrayList<>();
    for (int exit = 1; exit <= students.get(0).stages().size(); exit++) {
      int to = exit;
      costs.add(students.stream().mapToLong(student -> student.flopsTo(to)).sum() / all);
    }
    return costs;
  }

  private ExitAnswers answers(Partitioning partitioning, List<Student> chosen) {
    List<float[]> features = new ArrayList<>();
    List<float[]> means = new ArrayList<>();
    List<float[]> logits = new ArrayList<>();
    for (int exit = 0; exit < partitioning.exits().size(); exit++) {
      Patterns patterns = Patterns.of(partitioning, partitioning.exits().get(exit));
      features.add(patterns.features(portions(chosen, exit), patterns.full()));
      means.add(patterns.flat());
      logits.add(fused(partitioning.exits().get(exit), features.get(exit)));
    }
    return new ExitAnswers(
        features, means, logits, trial.manifest().labels().size(), trial.images().labels());
  }

  private List<float[]> portions(List<Student> chosen, int exit) {
    return chosen.stream().map(student -> trial.portions(student).get(exit)).toList();
  }

  private float[] fused(Exit exit, float[] features) {
    try (BatchRunner fusion = trial.graph(exit.fusion())) {
      return fusion.run(features);
    }
  }

  private ExitReport.OfExit exit(
      Partitioning partitioning, List<Student> chosen, int index, double cost) {
    Exit exit = partitioning.exits().get(index);
    Patterns patterns = Patterns.of(partitioning, exit);
    List<float[]> all = portions(chosen, index);
    double worstLost = 1;
    double worstEarlier = 1;
    for (int k = 0; k < partitioning.k(); k++) {
      float[] lost = patterns.features(all, patterns.full() & ~(1 << k));
      worstLost = Math.min(worstLost, trial.accuracy(fused(exit, lost)));
      if (index > 0) {
        List<float[]> mixed = new ArrayList<>(all);
        mixed.set(k, trial.portions(chosen.get(k)).get(index - 1));
        float[] earlier = patterns.features(mixed, patterns.full());
        worstEarlier = Math.min(worstEarlier, trial.accuracy(fused(exit, earlier)));
      }
    }
    double accuracy = trial.accuracy(fused(exit, patterns.features(all, patterns.full())));
    return new ExitReport.OfExit(cost, accuracy, worstLost, index > 0 ? worstEarlier : worstLost);
  }

  /** What a policy makes of the answers at the thresholds that the bundle names. */
  static ExitReport.OfPolicy policy(
      ExitTable table, ExitAnswers answers, List<Double> costs, double budget) {
    double[][] scores = answers.scores(table.policy());
    boolean[][] right = answers.right();
    return new ExitReport.OfPolicy(
        table.policy(),
        ExitAnswers.outcome(scores, right, table.cheapest(budget).threshold(), costs),
        table.points().stream()
            .map(point -> ExitAnswers.outcome(scores, right, point.threshold(), costs))
            .toList());
  }
}
