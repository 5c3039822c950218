package io.coterie.models.evaluation;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Shows what was measured of a bundle's pipelines as text. */
public final class PipelinePrinter {
  private PipelinePrinter() {}

  /** Prints all figures. */
  public static void print(PipelineReport report, PrintStream out) {
    out.printf("%s on %d test pictures of %s%n", report.bundle(), report.images(), report.data());
    out.printf(Locale.ROOT, "teacher            %6.2f %%%n", 100 * report.teacherAccuracy());
    report.pipelines().forEach(pipeline -> print(pipeline, report.budget(), out));
  }

  private static void print(PipelineReport.OfPipeline pipeline, double budget, PrintStream out) {
    out.printf("%n%s%n", pipeline.pipeline());
    out.printf(
        Locale.ROOT,
        "  uncut %.2f %%, in segments %.2f %% (%+.2f), largest difference of a logit %.1e%n",
        100 * pipeline.wholeAccuracy(),
        100 * pipeline.accuracy(),
        100 * (pipeline.accuracy() - pipeline.wholeAccuracy()),
        pipeline.wholeDifference());
    out.printf(
        "  %-6s %12s %12s %10s   %s%n", "exit", "MFLOP", "computation", "accuracy", "passes on");
    for (int i = 0; i < pipeline.segments().size(); i++) {
      PipelineReport.OfSegment segment = pipeline.segments().get(i);
      out.printf(
          Locale.ROOT,
          "  %-6d %12.2f %10.1f %% %8.2f %%   %s%n",
          i + 1,
          segment.flops() / 1e6,
          100 * segment.cost(),
          100 * segment.accuracy(),
          activation(segment.activation()));
    }
    ExitPrinter.policies(pipeline.policies(), budget, out);
    for (ExitReport.OfPolicy policy : pipeline.policies()) {
      out.printf(
          Locale.ROOT,
          "  %-19s passes on %.1f KB a frame, %.1f KB without exits%n",
          policy.policy().text(),
          pipeline.meanBytes(policy.chosen()) / 1e3,
          pipeline.segments().stream().mapToLong(PipelineReport.OfSegment::bytes).sum() / 1e3);
    }
  }

  /** Such as {@code 32 x 15 x 15, 28.8 KB}. */
  public static String activation(List<Integer> shape) {
    if (shape.isEmpty()) {
      return "-";
    }
    String sizes = shape.stream().map(String::valueOf).collect(Collectors.joining(" x "));
    double bytes =
        Float.BYTES * shape.stream().mapToDouble(size -> size).reduce(1, (a, b) -> a * b);
    return String.format(Locale.ROOT, "%s, %.1f KB", sizes, bytes / 1e3);
  }
}
