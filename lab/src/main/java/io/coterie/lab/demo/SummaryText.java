package io.coterie.lab.demo;

import io.coterie.protocol.bundle.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A summary for people. */
public final class SummaryText {
  private SummaryText() {}

  /** Three lines, more where frames can leave early and where there was a latency target. */
  public static List<String> lines(Summary summary, Strategy strategy) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "sent %d: ok %d, degraded %d, expired %d, rejected %d; lost %d, duplicates %d",
            summary.sent(),
            summary.ok(),
            summary.degraded(),
            summary.expired(),
            summary.rejected(),
            summary.lost(),
            summary.duplicates()));
    lines.add(
        format(
            "accuracy %.2f %%, latency p50 %.1f ms, p99 %.1f ms",
            100 * summary.accuracy(), summary.latencyMs().p50(), summary.latencyMs().p99()));
    lines.add(kills(summary));
    if (strategy == Strategy.DISTREE) {
      lines.add(exits(summary));
    }
    if (summary.pipeline() != null) {
      lines.add(pipeline(summary, summary.pipeline()));
    }
    if (summary.target() != null) {
      lines.add(target(summary.target()));
    }
    return lines;
  }

  private static String kills(Summary summary) {
    return format(
        "%d kills, noticed after %.0f ms (at most %.0f), new plan %.0f ms later (at most %.0f), %d"
            + " plans",
        summary.kills(),
        summary.detectionMs().p50(),
        summary.detectionMs().max(),
        summary.replanMs().p50(),
        summary.replanMs().max(),
        summary.replans());
  }

  private static String byExit(Summary summary) {
    return summary.exits().entrySet().stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String pipeline(Summary summary, PipelineFigures figures) {
    return format(
        "frames by exit %s; %.1f %% of the computation saved; admitted %s, threshold %.3g; %d"
            + " tasks offloaded, %d offered again, %d handed back; queues in %.1f (at most %.0f),"
            + " out %.1f (at most %.0f)",
        byExit(summary),
        100 * summary.flopsSavedFraction(),
        figures.admittedPerSecond() == 0
            ? "all"
            : format("%.1f frames/s", figures.admittedPerSecond()),
        figures.threshold(),
        figures.offloads(),
        figures.reoffered(),
        figures.handedBack(),
        figures.inputQueue().mean(),
        figures.inputQueue().max(),
        figures.outputQueue().mean(),
        figures.outputQueue().max());
  }

  private static String exits(Summary summary) {
    return format(
        "frames by exit %s; %.1f %% of the computation saved; stops: %d in time, %d late, %d"
            + " unknown",
        byExit(summary),
        100 * summary.flopsSavedFraction(),
        summary.stops().inTime(),
        summary.stops().late(),
        summary.stops().unknown());
  }

  private static String target(TargetFigures target) {
    String text =
        format("latency target %.0f ms: p95 %s", target.latencyTargetMs(), ms(target.p95Ms()));
    if (target.withinBefore() == null && target.withinAfter() == null) {
      return text;
    }
    return text
        + format(
            "; before the slowdown %s at %s accuracy, 5 s after it %s at %s; %s",
            ms(target.p95BeforeMs()),
            percent(target.accuracyBefore()),
            ms(target.p95AfterMs()),
            percent(target.accuracyAfter()),
            target.recoveredAfterSeconds() == null
                ? "not recovered"
                : format("recovered after %.1f s", target.recoveredAfterSeconds()));
  }

  private static String ms(Double value) {
    return value == null ? "-" : format("%.1f ms", value);
  }

  private static String percent(Double value) {
    return value == null ? "-" : format("%.2f %%", 100 * value);
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
