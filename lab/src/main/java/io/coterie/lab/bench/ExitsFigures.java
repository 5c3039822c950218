package io.coterie.lab.bench;

import io.coterie.lab.demo.Ledger;
import io.coterie.lab.demo.StageLedger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stopping saves: windows with exits off and on took turns over the same frames. The ratios
 * are of one run on one machine; the absolute values mean nothing elsewhere.
 *
 * @param frames of each window
 * @param k number of partitions of the plan
 * @param planChanged whether boards were moved while it was measured, so that windows differ by
 *     more than exits
 * @param threshold of the exit policy with exits on, as the fuser reported it last
 * @param cpuRatio processor time of all boards, on over off
 * @param hubCpuRatio the same of the hub, which fuses at every exit
 * @param flopsRatio floating-point operations of all boards for as many frames, on over off
 */
public record ExitsFigures(
    int frames,
    int pairs,
    int agents,
    int k,
    boolean planChanged,
    double threshold,
    Mode off,
    Mode on,
    double cpuRatio,
    double hubCpuRatio,
    double flopsRatio) {
  /**
   * One window.
   *
   * @param frames that were sent, >= 1
   * @param cpuSeconds processor time of all boards
   * @param hubCpuSeconds processor time of the hub
   * @param computed what the boards computed, by their reports
   */
  public record Window(
      int frames, double cpuSeconds, double hubCpuSeconds, StageLedger.Totals computed) {
    double cpuSecondsPer1000() {
      return 1000 * cpuSeconds / frames;
    }

    double hubCpuSecondsPer1000() {
      return 1000 * hubCpuSeconds / frames;
    }
  }

  /**
   * All windows of a kind.
   *
   * @param cpuSecondsPer1000Frames of all boards, the windows' median
   * @param hubCpuSecondsPer1000Frames of the hub, the windows' median
   * @param windows of all boards per 1,000 frames, in the order they were measured
   * @param computedFraction part of running to the end that the boards computed, 0 to 1
   * @param accuracy correct ones among the answered frames, 0 to 1
   * @param latencyMs from publishing a frame to receiving its result
   * @param exits answered frames by the exit that answered, from 1
   * @param unanswered frames that were expired, rejected or lost: the rate was too high
   */
  public record Mode(
      double cpuSecondsPer1000Frames,
      double hubCpuSecondsPer1000Frames,
      List<Double> windows,
      double computedFraction,
      double accuracy,
      Figures.Times latencyMs,
      Map<Integer, Integer> exits,
      int unanswered) {
    public Mode {
      windows = List.copyOf(windows);
      exits = Collections.unmodifiableMap(new TreeMap<>(exits));
    }

    static Mode of(List<Window> windows, Ledger.Totals answers) {
      StageLedger.Totals computed =
          windows.stream()
              .map(Window::computed)
              .reduce(StageLedger.NOTHING, StageLedger.Totals::plus);
      return new Mode(
          median(windows.stream().map(Window::cpuSecondsPer1000).toList()),
          median(windows.stream().map(Window::hubCpuSecondsPer1000).toList()),
          windows.stream().map(Window::cpuSecondsPer1000).toList(),
          computed.computedFraction(),
          answers.accuracy(),
          new Figures.Times(answers.latencyMs().p50(), answers.latencyMs().p99()),
          answers.exits(),
          answers.sent() - answers.ok() - answers.degraded());
    }
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "K=%d, %d boards, threshold %.3g, %d pairs of %d frames",
            k,
            agents,
            threshold,
            pairs,
            frames));
    lines.add(String.format("%-38s %10s %10s %8s", "exits", "off", "on", "on/off"));
    lines.add(
        line(
            "CPU seconds per 1000 frames, boards",
            off.cpuSecondsPer1000Frames(),
            on.cpuSecondsPer1000Frames(),
            cpuRatio));
    lines.add(
        line(
            "CPU seconds per 1000 frames, hub",
            off.hubCpuSecondsPer1000Frames(),
            on.hubCpuSecondsPer1000Frames(),
            hubCpuRatio));
    lines.add(
        line(
            "operations, part of running to the end",
            off.computedFraction(),
            on.computedFraction(),
            flopsRatio));
    lines.add(line("accuracy, %", 100 * off.accuracy(), 100 * on.accuracy()));
    lines.add(line("latency p50, ms", off.latencyMs().p50(), on.latencyMs().p50()));
    lines.add(line("latency p99, ms", off.latencyMs().p99(), on.latencyMs().p99()));
    lines.add("answers by exit: off " + off.exits() + ", on " + on.exits());
    if (off.unanswered() + on.unanswered() > 0) {
      lines.add(
          "note: %d frames off and %d on have no answer: lower --rate"
              .formatted(off.unanswered(), on.unanswered()));
    }
    if (planChanged) {
      lines.add("note: boards were moved in between: run it again");
    }
    return lines;
  }

  private static String line(String name, double off, double on, double ratio) {
    return String.format(Locale.ROOT, "%-38s %10.3f %10.3f %8.3f", name, off, on, ratio);
  }

  private static String line(String name, double off, double on) {
    return String.format(Locale.ROOT, "%-38s %10.2f %10.2f", name, off, on);
  }

  /** The figures of a run. */
  static ExitsFigures of(
      ExitsBenchOptions options, int k, boolean planChanged, double threshold, Mode off, Mode on) {
    return new ExitsFigures(
        options.frames(),
        options.pairs(),
        options.agents(),
        k,
        planChanged,
        threshold,
        off,
        on,
        ratio(on.cpuSecondsPer1000Frames(), off.cpuSecondsPer1000Frames()),
        ratio(on.hubCpuSecondsPer1000Frames(), off.hubCpuSecondsPer1000Frames()),
        ratio(on.computedFraction(), off.computedFraction()));
  }

  /** 0 where there is nothing to compare with: JSON has no infinity. */
  private static double ratio(double on, double off) {
    return off > 0 ? on / off : 0;
  }

  /** The middle one, or the mean of the two in the middle; 0 of none. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    if (sorted.isEmpty()) {
      return 0;
    }
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
