package io.coterie.lab.bench;

import io.coterie.lab.demo.Percentiles;
import java.util.List;
import java.util.Locale;

/**
 * What one benchmark run measured.
 *
 * @param result from publishing a frame to receiving its result
 * @param fuser the part of it from the frame's arrival at the fuser to the result's departure
 * @param student the slowest one that a result needs
 * @param overheadFraction median result over median inference plus median echo, minus 1
 */
public record Figures(
    int frames,
    String student,
    Times result,
    Times fuser,
    Times inference,
    Times echo,
    double overheadFraction) {
  /** Milliseconds. */
  public record Times(double p50, double p99) {
    static Times of(List<Double> ms) {
      Percentiles percentiles = Percentiles.of(ms);
      return new Times(percentiles.p50(), percentiles.p99());
    }
  }

  /** For people. */
  public List<String> lines() {
    return List.of(
        String.format("%-44s %9s %9s", "milliseconds", "p50", "p99"),
        line("frame published to result received", result),
        line("  of which frame seen to result sent by fuser", fuser),
        line("bare inference, slowest student (" + student + ")", inference),
        line("bare MQTT echo, same payload and broker", echo),
        String.format(
            Locale.ROOT, "overhead over inference + echo, p50: %.0f %%", 100 * overheadFraction));
  }

  private static String line(String name, Times times) {
    return String.format(Locale.ROOT, "%-44s %9.2f %9.2f", name, times.p50(), times.p99());
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
