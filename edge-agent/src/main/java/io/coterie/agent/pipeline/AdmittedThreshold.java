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
  private static final double CORRECTED = 0.5;

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
   * @param admitted frames per second in it
   * @param completed frames per second in it
   */
  void adapt(Queues queues, Band band, int queue, double admitted, double completed) {
    double change = push(queues, band, queue, admitted);
    if (admitted > 0 && completed > 0) {
      double imbalance = Math.log(completed / admitted);
      change += CORRECTED * Math.max(-1, Math.min(1, imbalance));
    }
    double changed = computation * Math.exp(change);
    computation = Math.max(curve.least(), Math.min(1, changed));
  }

  /** The relative change that the length of the queues asks for. */
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
