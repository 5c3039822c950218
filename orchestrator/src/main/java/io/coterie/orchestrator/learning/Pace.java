package io.coterie.orchestrator.learning;

import io.coterie.protocol.json.Check;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast a board runs its students, and whether it has become slow, such as by heat. The rule is
 * ours. A report's ratio is the mean over its students of latency / long-term level; {@code median}
 * is over the last {@value #WINDOW} ratios, {@code noise} the levels' relative deviation:
 *
 * <pre>
 * usual --median > max(1.5, 1 + 3 noise)------------------> slow, factor = median
 * usual --median < min(1 / 1.5, 1 - 3 noise)--------------> usual, levels x median: learnt busy
 * slow  --4 of 5 ratios < max(1.2, 1 + noise)-------------> usual
 * slow  --median / factor > max(2, 1 + 5 noise)-----------> slow, factor = median
 * slow  --median / factor < min(1 / 2, 1 - 5 noise)-------> slow, factor = median; or usual, where
 *                                                           median < max(1.2, 1 + noise)
 * slow  --no new frames for 2 min x 2^retries-------------> usual: tried again, retries + 1
 * slow  --agent started anew------------------------------> usual
 * </pre>
 *
 * The window begins anew with every change. A median ignores two reports out of five, so a single
 * bad report changes nothing and a board that becomes slow is found out with the third report.
 *
 * @param models by digest, at most {@value #MAX_MODELS}
 * @param factor 1, or how many times slower than usual the board runs
 * @param window the last ratios, the newest last
 * @param retries since it last ran as usual
 * @param quietSeconds since the last ratio, while slow
 */
record Pace(
    Map<String, Measured> models,
    double factor,
    List<Double> window,
    int retries,
    double quietSeconds) {
  static final int WINDOW = 5;
  static final int MAX_MODELS = 64;

  /** Doubles with every retry that found the board still slow. */
  static final double RETRY_SECONDS = 120;

  private static final int MAX_DOUBLINGS = 5;

  private static final double SLOW = 1.5;
  private static final double SLOW_DEVIATIONS = 3;
  private static final double OTHER = 2;
  private static final double OTHER_DEVIATIONS = 5;
  private static final double USUAL = 1.2;
  private static final double USUAL_DEVIATIONS = 1;

  static final Pace UNKNOWN = new Pace(Map.of(), 1, List.of(), 0, 0);

  Pace {
    models = Check.mapOrEmpty(models);
    window = Check.listOrEmpty(window, "window");
    Check.positive(factor, "factor");
    Check.notNegative(retries, "retries");
  }

  boolean slow() {
    return factor > 1;
  }

  /** What plans reckon with, by model. */
  Map<String, Double> seconds() {
    Map<String, Double> seconds = new HashMap<>();
    models.forEach(
        (model, measured) -> {
          if (measured.level().known()) {
            seconds.put(model, measured.level().upperSeconds() * factor);
          }
        });
    return seconds;
  }

  /** Takes a report in: progress by model. */
  Pace heard(Map<String, StudentProgress> report) {
    List<Double> ratios = new ArrayList<>();
    double noise = 0;
    Map<String, Measured> after = new HashMap<>(models);
    for (Map.Entry<String, StudentProgress> entry : report.entrySet()) {
      Measured before = models.getOrDefault(entry.getKey(), Measured.NOTHING);
      if (before.ratio(entry.getValue()).isPresent()) {
        ratios.add(before.ratio(entry.getValue()).getAsDouble());
        noise = Math.max(noise, before.level().noise());
      }
      after.put(entry.getKey(), before.with(entry.getValue(), slow(), retries > 0));
    }
    Pace next = new Pace(bounded(after), factor, window, retries, quietSeconds);
    return ratios.isEmpty()
        ? next
        : next.judged(ratios.stream().mapToDouble(r -> r).average().orElse(1), noise);
  }

  private Pace judged(double ratio, double noise) {
    List<Double> last = new ArrayList<>(window);
    last.add(ratio);
    if (last.size() > WINDOW) {
      last.remove(0);
    }
    if (last.size() < WINDOW) {
      return new Pace(models, factor, last, retries, 0);
    }
    List<Double> sorted = last.stream().sorted().toList();
    double median = sorted.get(WINDOW / 2);
    if (!slow()) {
      return judgedUsual(last, median, noise);
    }
    return judgedSlow(last, sorted.get(WINDOW - 2), median, noise);
  }

  private Pace judgedUsual(List<Double> last, double median, double noise) {
    if (median > Math.max(SLOW, 1 + SLOW_DEVIATIONS * noise)) {
      return at(median, retries);
    }
    boolean learntBusy = median < Math.min(1 / SLOW, 1 - SLOW_DEVIATIONS * noise);
    return learntBusy ? rebased(median) : new Pace(models, 1, last, 0, 0);
  }

  private Pace judgedSlow(List<Double> last, double fourth, double median, double noise) {
    double change = median / factor;
    boolean other =
        change > Math.max(OTHER, 1 + OTHER_DEVIATIONS * noise)
            || change < Math.min(1 / OTHER, 1 - OTHER_DEVIATIONS * noise);
    double usual = Math.max(USUAL, 1 + USUAL_DEVIATIONS * noise);
    if (fourth < usual || (other && median < usual)) {
      return at(1, 0);
    }
    return other ? at(median, retries) : new Pace(models, factor, last, retries, 0);
  }

  private Pace at(double newFactor, int newRetries) {
    return new Pace(models, newFactor, List.of(), newRetries, 0);
  }

  /** The board is faster than its levels say, all of them: it was busy when they were learnt. */
  private Pace rebased(double ratio) {
    Map<String, Measured> scaled = new HashMap<>();
    models.forEach((model, measured) -> scaled.put(model, measured.scaled(ratio)));
    return new Pace(scaled, 1, List.of(), 0, 0);
  }

  /** The agent started anew: whether it is still slow is to be seen. */
  Pace restarted() {
    return at(1, 0);
  }

  /** Time passes. */
  Pace elapsed(double seconds, double forgetSeconds) {
    Map<String, Measured> remembered = new HashMap<>();
    models.forEach(
        (model, measured) -> {
          Measured older = measured.elapsed(seconds);
          if (older.idleSeconds() < forgetSeconds) {
            remembered.put(model, older);
          }
        });
    double quiet = slow() ? quietSeconds + seconds : 0;
    boolean retry = quiet >= RETRY_SECONDS * (1 << Math.min(retries, MAX_DOUBLINGS));
    return retry
        ? new Pace(remembered, 1, List.of(), retries + 1, 0)
        : new Pace(remembered, factor, window, retries, quiet);
  }

  private static Map<String, Measured> bounded(Map<String, Measured> all) {
    while (all.size() > MAX_MODELS) {
      all.entrySet().stream()
          .max(Comparator.comparingDouble(entry -> entry.getValue().idleSeconds()))
          .ifPresent(oldest -> all.remove(oldest.getKey()));
    }
    return all;
  }
}
