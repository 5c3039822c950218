package io.coterie.lab.bench;

import io.coterie.models.plot.LineChart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code bench pipeline} measured; the fields are the JSON's.
 *
 * @param throttle how many times slower than this machine every board is
 * @param fleets in the order in which they were measured
 */
public record PipelineBenchFigures(String pipeline, double throttle, List<Fleet> fleets) {
  private static final double FIXED_LOSS_POINTS = 0.5;

  /**
   * One set of boards.
   *
   * @param topology such as {@code mesh3}
   * @param rates what the source admits where frames come faster than boards can compute: the first
   *     without exits, then by falling accuracy
   * @param accuracies what answers are worth at fixed rates, where the threshold gives way
   */
  public record Fleet(String topology, int boards, List<Rate> rates, List<Accuracy> accuracies) {
    /** What the fleet manages without exits, answered frames per second. */
    double withoutExits() {
      return rates.get(0).answeredPerSecond();
    }

    /** The highest rate of those that lose no more accuracy than so many points. */
    Optional<Rate> within(double points) {
      return rates.stream()
          .filter(rate -> rate.toTheEnd() - rate.accuracy() <= points / 100 + 1e-9)
          .max((a, b) -> Double.compare(a.answeredPerSecond(), b.answeredPerSecond()));
    }

    private String line(Rate rate, double one) {
      return String.format(
          Locale.ROOT,
          "%-8s %10.2f %10.4f %10.1f %8.2f%% %+8.2f %8.2f %8.2f %9s %7.0f%%",
          topology,
          rate.maxAccuracyLoss(),
          rate.threshold(),
          rate.answeredPerSecond(),
          100 * rate.accuracy(),
          rate.lossPoints(),
          rate.answeredPerSecond() / withoutExits(),
          rate.answeredPerSecond() / one,
          rate.settledSeconds() == null
              ? "no"
              : String.format(Locale.ROOT, "%.1f s", rate.settledSeconds()),
          100 * rate.inBand());
    }

    private String line(Accuracy at) {
      return String.format(
          Locale.ROOT,
          "%-8s %10.1f %8.2f %9.1f%% %9.2f%% %+8.2f %10.4f",
          topology,
          at.offeredPerSecond(),
          at.offeredPerSecond() / withoutExits(),
          100 * at.answered(),
          100 * at.accuracy(),
          at.lossPoints(),
          at.threshold());
    }

    private String gain(Rate rate) {
      return String.format(
          Locale.ROOT,
          "%s: %.2f times the rate without exits at no more than %.1f points less",
          topology,
          rate.answeredPerSecond() / withoutExits(),
          FIXED_LOSS_POINTS);
    }
  }

  /**
   * One threshold under overload.
   *
   * @param maxAccuracyLoss the budget in points that the threshold comes from
   * @param offeredPerSecond frames that were sent
   * @param answeredPerSecond of these, answered
   * @param accuracy of the answered frames, 0 to 1
   * @param toTheEnd accuracy of the uncut network on the same frames
   * @param exits answered frames by the exit that answered, from the first
   * @param offloadedPerFrame tasks that boards handed to others, for each answered frame
   * @param settledSeconds from the load step until the source's queues stay between the bands, on
   *     average over a second; absent where they did not
   * @param inBand part of the source's reports in the measured time with queues between the bands
   */
  public record Rate(
      double maxAccuracyLoss,
      double threshold,
      double offeredPerSecond,
      double answeredPerSecond,
      double accuracy,
      double toTheEnd,
      List<Integer> exits,
      double offloadedPerFrame,
      Double settledSeconds,
      double inBand) {
    private double lossPoints() {
      return points(accuracy, toTheEnd);
    }
  }

  /**
   * One fixed rate.
   *
   * @param offeredPerSecond frames that were sent
   * @param answered part of the frames that was answered, 0 to 1
   * @param accuracy of the answered frames, 0 to 1
   * @param toTheEnd accuracy of the uncut network on the same frames
   * @param threshold mean over the measured time
   */
  public record Accuracy(
      double offeredPerSecond,
      double answered,
      double accuracy,
      double toTheEnd,
      double threshold) {
    private double lossPoints() {
      return points(accuracy, toTheEnd);
    }
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT, "%s, boards %.0f times slower than this machine", pipeline, throttle));
    lines.add(
        String.format(
            "%-8s %10s %10s %10s %9s %8s %8s %8s %9s %8s",
            "fleet",
            "loss up to",
            "threshold",
            "frames/s",
            "accuracy",
            "beside",
            "x no ee",
            "x first",
            "settled",
            "in band"));
    double one = fleets.get(0).withoutExits();
    fleets.forEach(fleet -> fleet.rates().forEach(rate -> lines.add(fleet.line(rate, one))));
    lines.add(
        String.format(
            "%-8s %10s %8s %10s %10s %8s %10s",
            "fleet", "frames/s", "x no ee", "answered", "accuracy", "beside", "threshold"));
    fleets.forEach(fleet -> fleet.accuracies().forEach(at -> lines.add(fleet.line(at))));
    fleets.forEach(fleet -> fleet.within(FIXED_LOSS_POINTS).map(fleet::gain).ifPresent(lines::add));
    return lines;
  }

  /** Loss over admitted rates as an SVG picture, a line for each fleet. */
  public String rateChart() {
    List<LineChart.Series> series = new ArrayList<>();
    for (Fleet fleet : fleets) {
      List<LineChart.Point> points =
          fleet.rates().stream()
              .map(rate -> new LineChart.Point(rate.answeredPerSecond(), rate.lossPoints()))
              .toList();
      series.add(new LineChart.Series(fleet.topology(), points, points.get(0)));
    }
    return chart(pipeline + ": admitted rate; circles are without exits", series);
  }

  /** Loss over fixed rates as an SVG picture, a line for each fleet. */
  public String accuracyChart() {
    List<LineChart.Series> series = new ArrayList<>();
    for (Fleet fleet : fleets) {
      List<LineChart.Point> points =
          fleet.accuracies().stream()
              .map(at -> new LineChart.Point(at.offeredPerSecond(), at.lossPoints()))
              .toList();
      series.add(new LineChart.Series(fleet.topology(), points, null));
    }
    return chart(pipeline + ": accuracy at fixed rates", series);
  }

  private static String chart(String title, List<LineChart.Series> series) {
    double[] x =
        series.stream().flatMap(s -> s.points().stream()).mapToDouble(LineChart.Point::x).toArray();
    double[] y =
        series.stream().flatMap(s -> s.points().stream()).mapToDouble(LineChart.Point::y).toArray();
    return new LineChart(
            title,
            LineChart.Axis.around("frames per second", 0, Arrays.stream(x).max().orElse(1)),
            LineChart.Axis.around(
                "accuracy beside running to the end, points",
                Arrays.stream(y).min().orElse(0),
                Arrays.stream(y).max().orElse(1)),
            series)
        .svg();
  }

  private static double points(double accuracy, double toTheEnd) {
    return 100 * (accuracy - toTheEnd);
  }
}
