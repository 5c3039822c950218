package io.coterie.models.evaluation;

import java.util.List;

/**
 * What was measured of a bundle's pipelines on the test split of a data set. Accuracies and parts
 * are in [0, 1].
 *
 * @param bundle name of the bundle
 * @param digest of its manifest
 * @param data name of the data set
 * @param images number of images
 * @param teacherAccuracy of the model the networks were distilled from
 * @param budget loss of accuracy on validation images up to which thresholds were chosen
 * @param pipelines in the bundle's order
 */
public record PipelineReport(
    String bundle,
    String digest,
    String data,
    int images,
    double teacherAccuracy,
    double budget,
    List<OfPipeline> pipelines) {
  public PipelineReport {
    pipelines = List.copyOf(pipelines);
  }

  /**
   * One pipeline.
   *
   * @param wholeAccuracy of the uncut network without autoencoders
   * @param wholeDifference largest difference of a logit of the segments' last exit from the uncut
   *     network's: rounding, or what autoencoders change
   * @param segments from the first
   * @param policies as the bundle offers them
   */
  public record OfPipeline(
      String pipeline,
      double wholeAccuracy,
      double wholeDifference,
      List<OfSegment> segments,
      List<ExitReport.OfPolicy> policies) {
    public OfPipeline {
      segments = List.copyOf(segments);
      policies = List.copyOf(policies);
    }

    /** Accuracy of the segments run to the end. */
    public double accuracy() {
      return segments.get(segments.size() - 1).accuracy();
    }

    /** Mean bytes that a frame's activations take if each segment is on a board of its own. */
    public double meanBytes(ExitReport.Point point) {
      double sum = 0;
      double left = 0;
      for (int exit = 0; exit < segments.size(); exit++) {
        left += point.exits().get(exit);
        sum += (1 - left) * segments.get(exit).bytes();
      }
      return sum;
    }
  }

  /**
   * One segment and the exit it ends in.
   *
   * @param flops floating-point operations for one frame
   * @param cost floating-point operations up to its exit, as a part of running to the end
   * @param accuracy if every frame left here
   * @param activation shape of what travels to the next segment; empty in the last
   * @param bytes of that, float32; 0 in the last
   */
  public record OfSegment(
      long flops, double cost, double accuracy, List<Integer> activation, long bytes) {
    public OfSegment {
      activation = List.copyOf(activation);
    }
  }
}
