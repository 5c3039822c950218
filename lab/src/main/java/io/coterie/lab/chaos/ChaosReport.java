package io.coterie.lab.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run and what it shows.
 *
 * @param skipped actions that this machine cannot do, with the cure
 */
public record ChaosReport(
    long seed,
    double minutes,
    int boards,
    double rate,
    long deadlineMs,
    long hedgeMs,
    int faults,
    boolean kept,
    Map<String, String> skipped,
    Findings findings) {

  static ChaosReport of(ChaosOptions options, List<HistoryEvent> events, Findings findings) {
    Map<String, String> skipped = new TreeMap<>();
    Injector.impossible()
        .forEach((action, cure) -> skipped.put(action.name().toLowerCase(Locale.ROOT), cure));
    return new ChaosReport(
        options.seed(),
        options.minutes(),
        options.boards(),
        options.rate(),
        options.bounds().deadlineMs(),
        options.bounds().hedgeMs(),
        (int) events.stream().filter(HistoryEvent.Began.class::isInstance).count(),
        findings.kept(),
        skipped,
        findings);
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    Findings f = findings;
    lines.add(
        "%d faults, %d frames: ok %d, degraded %d, expired %d, rejected %d"
            .formatted(faults, f.frames(), f.ok(), f.degraded(), f.expired(), f.rejected()));
    lines.add("unaccepted %d, published again %d".formatted(f.unaccepted(), f.resent()));
    lines.add(
        "lost %d, duplicates %d, stale %d, mislabelled %d (not checked: %d), false alarms %d"
            .formatted(
                f.lost(),
                f.duplicates(),
                f.stale(),
                f.mislabelled(),
                f.unchecked(),
                f.falseAlarms()));
    lines.add("");
    lines.add(
        String.format(
            "%-16s %5s  %22s  %8s  %22s",
            "fault", "count", "ms without ok: p50/max", "promise", "noticed: p50/max"));
    for (Findings.Kind kind : f.kinds()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-16s %5d  %11.0f %10.0f  %8s  %22s%s",
              kind.name(),
              kind.count(),
              kind.gapMs().median(),
              kind.gapMs().max(),
              kind.boundMs() == 0 ? "" : "<= " + kind.boundMs(),
              noticed(kind.noticedMs()),
              kind.unsettled() > 0 ? "  not whole again: " + kind.unsettled() : ""));
    }
    skipped.forEach((action, cure) -> lines.add("skipped: " + action + ": " + cure));
    f.details().forEach(detail -> lines.add("! " + detail));
    return lines;
  }

  private static String noticed(Findings.Spread spread) {
    return spread.count() == 0
        ? ""
        : String.format(Locale.ROOT, "%.0f/%.0f", spread.median(), spread.max());
  }
}
