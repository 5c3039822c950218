package io.coterie.models.evaluation;

import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Segment;
import io.coterie.protocol.bundle.Strategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what a bundle offers to the strategy mdi-exit: every exit of each pipeline by itself,
 * the segments beside the uncut network, and every policy at the thresholds that the bundle names.
 * Thresholds come from the bundle's validation images; the test images measure only.
 */
public final class PipelineEvaluation {
  private final EvaluationRun trial;
  private final double budget;

  private PipelineEvaluation(EvaluationRun trial, double budget) {
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
   * @throws IllegalArgumentException if data and bundle do not fit, or the bundle has no pipeline
   */
  public static PipelineReport run(
      Path bundlePath, String data, EvaluationOptions options, double budget)
      throws BundleException, IOException {
    EvaluationRun trial = EvaluationRun.open(bundlePath, data, options);
    return new PipelineEvaluation(trial, budget).report();
  }

  /** Computation up to each exit as a part of running to the end. */
  public static List<Double> costs(List<Segment> segments) {
    double all = segments.stream().mapToLong(Segment::flops).sum();
    List<Double> costs = new ArrayList<>();
    long sum = 0;
    for (Segment segment : segments) {
      sum += segment.flops();
      costs.add(sum / all);
    }
    return costs;
  }

  private PipelineReport report() {
    return new PipelineReport(
        trial.manifest().name(),
        trial.bundle().digest(),
        trial.data(),
        trial.images().size(),
        trial.teacherAccuracy(),
        budget,
        trial.manifest().only(Strategy.MDI_EXIT).pipelines().stream().map(this::measure).toList());
  }

  private PipelineReport.OfPipeline measure(Pipeline pipeline) {
    List<Double> costs = costs(pipeline.segments());
    ExitAnswers answers =
        ExitAnswers.ofLogits(
            trial.logits(pipeline), trial.manifest().labels().size(), trial.images().labels());
    float[] whole = trial.answers(pipeline.whole());
    return new PipelineReport.OfPipeline(
        pipeline.name(),
        trial.accuracy(whole),
        difference(whole, answers.logits().get(answers.exits() - 1)),
        segments(pipeline, answers, costs),
        pipeline.policies().stream()
            .map(table -> ExitEvaluation.policy(table, answers, costs, budget))
            .toList());
  }

  private static List<PipelineReport.OfSegment> segments(
      Pipeline pipeline, ExitAnswers answers, List<Double> costs) {
    List<PipelineReport.OfSegment> segments = new ArrayList<>();
    for (int i = 0; i < pipeline.exits(); i++) {
      Segment segment = pipeline.segments().get(i);
      segments.add(
          new PipelineReport.OfSegment(
              segment.flops(),
              costs.get(i),
              answers.accuracy(i),
              segment.activation(),
              (long) Float.BYTES * segment.activationSize()));
    }
    return segments;
  }

  private static double difference(float[] a, float[] b) {
    double difference = 0;
    for (int i = 0; i < a.length; i++) {
      difference = Math.max(difference, Math.abs(a[i] - b[i]));
    }
    return difference;
  }
}
