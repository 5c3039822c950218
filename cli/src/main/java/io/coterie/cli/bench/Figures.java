package io.coterie.cli.bench;

import io.coterie.cli.demo.Percentiles;
import java.util.List;

/**
 * What one benchmark run measured.
 *
 * @param result from publishing a frame to receiving its result
 * @param fuser the part of it from the frame's arrival at the fuser to the result's departure
 * @param student the slowest one that a result needs
 * @param overheadFraction median result over median inference plus median echo, minus 1
 */
record Figures(
    int frames,
    String student,
    Times result,
    Times fuser,
    Times inference,
    Times echo,
    double overheadFraction) {
  /** Milliseconds. */
  record Times(double p50, double p99) {
    static Times of(List<Double> ms) {
      Percentiles percentiles = Percentiles.of(ms);
      return new Times(percentiles.p50(), percentiles.p99());
    }
  }

  static Figures of(
      String student,
      List<Double> result,
      List<Double> fuser,
      List<Double> inference,
      List<Double> echo) {
    Times results = Times.of(result);
    Times inferences = Times.of(inference);
    Times echoes = Times.of(echo);
    double limit = inferences.p50() + echoes.p50();
    return new Figures(
        result.size(),
        student,
        results,
        Times.of(fuser),
        inferences,
        echoes,
        results.p50() / limit - 1);
  }
}
