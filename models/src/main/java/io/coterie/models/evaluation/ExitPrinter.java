package io.coterie.models.evaluation;

import io.coterie.models.plot.LineChart;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows what was measured of a bundle's exits: as text and as curves. */
public final class ExitPrinter {
  private static final int BAR = 40;

  /** Points of accuracy below running to the end that a curve is followed. */
  private static final double WORTH_SHOWING = 6;

  private ExitPrinter() {}

  /** Prints all figures. */
  public static void print(ExitReport report, PrintStream out) {
    out.printf("%s on %d test pictures of %s%n", report.bundle(), report.images(), report.data());
    out.printf(Locale.ROOT, "teacher            %6.2f %%%n", 100 * report.teacherAccuracy());
    report.students().forEach(student -> print(student, report.budget(), out));
  }

  private static void print(ExitReport.OfStudent student, double budget, PrintStream out) {
    out.printf("%nK=%d %s%n", student.k(), student.student());
    out.printf(
        "  %-6s %12s %10s %16s %19s%n",
        "exit", "computation", "accuracy", "worst one lost", "worst one earlier");
    for (int i = 0; i < student.exits().size(); i++) {
      ExitReport.OfExit exit = student.exits().get(i);
      out.printf(
          Locale.ROOT,
          "  %-6d %10.1f %% %8.2f %% %14.2f %% %17.2f %%%n",
          i + 1,
          100 * exit.cost(),
          100 * exit.accuracy(),
          100 * exit.worstWithOneLost(),
          100 * exit.worstWithOneEarlier());
    }
    policies(student.policies(), budget, out);
  }

  /** What each policy saves at the threshold that the budget allows. */
  static void policies(List<ExitReport.OfPolicy> policies, double budget, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "  thresholds that lose at most %.2f points on validation pictures%n",
        100 * budget);
    double end = policies.get(0).points().get(0).accuracy();
    for (ExitReport.OfPolicy policy : policies) {
      ExitReport.Point point = policy.chosen();
      out.printf(
          Locale.ROOT,
          "  %-19s threshold %-8s computation saved %5.1f %%, accuracy %6.2f %% (%+.2f)%n",
          policy.policy().text(),
          point.threshold(),
          100 * (1 - point.computation()),
          100 * point.accuracy(),
          100 * (point.accuracy() - end));
      for (int exit = 0; exit < point.exits().size(); exit++) {
        double part = point.exits().get(exit);
        out.printf(
            Locale.ROOT,
            "    exit %d %5.1f %% %s%n",
            exit + 1,
            100 * part,
            "#".repeat((int) Math.round(BAR * part)));
      }
    }
  }

  /** Accuracy against computation, one curve for each policy. */
  public static String svg(String title, List<ExitReport.OfPolicy> policies) {
    double end = 100 * policies.get(0).points().get(0).accuracy();
    List<LineChart.Series> series = new ArrayList<>();
    double least = end;
    double most = end;
    for (ExitReport.OfPolicy policy : policies) {
      List<LineChart.Point> points = policy.points().stream().map(ExitPrinter::point).toList();
      least = Math.min(least, points.stream().mapToDouble(LineChart.Point::y).min().orElse(least));
      most = Math.max(most, points.stream().mapToDouble(LineChart.Point::y).max().orElse(most));
      series.add(new LineChart.Series(policy.policy().text(), points, point(policy.chosen())));
    }
    double floor = Math.max(least, end - WORTH_SHOWING);
    return new LineChart(
            title + ": accuracy against computation",
            LineChart.Axis.around("computation, % of running to the end", 20, 100),
            LineChart.Axis.around("accuracy on test pictures, %", floor, most),
            series.stream().map(one -> above(one, floor)).toList())
        .svg();
  }

  private static LineChart.Series above(LineChart.Series one, double floor) {
    return new LineChart.Series(
        one.name(),
        one.points().stream().filter(point -> point.y() >= floor).toList(),
        one.marked());
  }

  private static LineChart.Point point(ExitReport.Point point) {
    return new LineChart.Point(100 * point.computation(), 100 * point.accuracy());
  }
}
