package io.coterie.agent.pipeline;

import io.coterie.protocol.message.PipelineRule.Queues;

/**
 * Threshold adaptation: frames leave earlier while the source's queues are long, as far as the exit
 * rule allows, and later while they are short.
 *
 * <p>The bands and steps are those of arXiv 2408.05247, with threshold = 1 - T_e. Ours are that the
 * steps are parts of the computation per frame, which the bundle's operating points turn into
 * thresholds, and that what is admitted beyond what is completed is corrected at once: steps alone
 * would swing. Not thread-safe.
 */
final class AdmittedThreshold {
  /** In which the queues are to come back to the middle of the band, in seconds. */
  private static final double RETURN_S = 2;

  /** Part of a measured imbalance that is corrected: the rest may be chance. */
  private static final double CORRECTED = 0.8;

  /** Frames of which only half of that is corrected: few say little. */
  private static final double FEW = 5;

  private final ExitCurve curve;
  private double computation;

  /** Starts with a threshold, or with the largest where that is less. */
  AdmittedThreshold(ExitCurve curve, double threshold) {
    this.curve = curve;
    computation = curve.computationAt(threshold);
  }

  double threshold() {
    return curve.thresholdAt(computation);
  }

  /**
   * Ends a period.
   *
   * @param admitted frames in it
   * @param completed frames in it
   * @param seconds that it took, > 0
   */
  void adapt(Queues queues, Band band, int queue, long admitted, long completed, double seconds) {
    double change = push(queues, band, queue, admitted / seconds) + balance(admitted, completed);
    // Short queues are no reason to leave earlier.
    double least = band.room(queue) > 1 ? 0 : Double.NEGATIVE_INFINITY;
    double changed = computation * Math.exp(Math.max(least, change));
    computation = Math.max(curve.least(), Math.min(1, changed));
  }

  /** The relative change at which as many frames would have been completed as were admitted. */
  static double balance(long admitted, long completed) {
    if (admitted == 0 || completed == 0) {
      return 0;
    }
    double change = Math.log((double) completed / admitted);
    return CORRECTED * completed / (completed + FEW) * Math.max(-1, Math.min(1, change));
  }

  /**
   * The relative change that the length of the queues asks for.
   *
   * @param admitted frames per second
   */
  static double push(Queues queues, Band band, int queue, double admitted) {
    double room = band.room(queue);
    if (room > 1) {
      return queues.step();
    }
    if (room < -1) {
      return -queues.step();
    }
    double gentle = admitted > 0 ? band.half() / (admitted * RETURN_S) : 1;
    return room * Math.min(queues.smallStep(), gentle);
  }
}
