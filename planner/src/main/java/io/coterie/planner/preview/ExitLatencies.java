package io.coterie.planner.preview;

import io.coterie.planner.placement.ExitPrediction;
import io.coterie.planner.placement.Plan;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Partitioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * When each exit answers, for people.
 *
 * @param ms predicted milliseconds from frame to the portions of each exit, from the first on
 * @param earliest the first exit at which the policy can answer, from 1
 */
public record ExitLatencies(List<Double> ms, int earliest) {
  /** Where no group is planned. */
  public static final ExitLatencies NOTHING_RUNS = new ExitLatencies(List.of(), 1);

  public ExitLatencies {
    ms = List.copyOf(ms);
  }

  /** Of a plan; empty where it has no group. */
  public static ExitLatencies of(Plan plan, Partitioning partitioning, ExitPolicy policy) {
    return new ExitLatencies(ExitPrediction.ms(plan, partitioning), policy.earliestExit());
  }

  /** Whether any exit answers within the target. */
  public boolean reach(double targetMs) {
    return ms.stream().skip(earliest - 1L).anyMatch(exit -> exit <= targetMs);
  }

  /** Which exits reach the target, in one line. */
  public String line(double targetMs) {
    List<String> exits = new ArrayList<>();
    for (int i = earliest - 1; i < ms.size(); i++) {
      exits.add(
          String.format(
              Locale.ROOT,
              "exit %d after %.2f ms %s",
              i + 1,
              ms.get(i),
              ms.get(i) <= targetMs ? "reaches it" : "does not"));
    }
    return "latency target " + text(targetMs) + ": " + String.join(", ", exits);
  }

  /** What to aim for where no exit reaches the target. */
  public String unreachable(double targetMs) {
    if (ms.isEmpty()) {
      return "latency target " + text(targetMs) + ": nothing runs that could reach it";
    }
    double nearest = ms.get(earliest - 1);
    return String.format(
        Locale.ROOT,
        "latency target %s: no exit reaches it; the nearest reachable is %.2f ms, of exit %d: give"
            + " --latency-target %.0fms or more, or faster boards",
        text(targetMs),
        nearest,
        earliest,
        Math.ceil(nearest));
  }

  private static String text(double targetMs) {
    return String.format(Locale.ROOT, "%.0f ms", targetMs);
  }
}
