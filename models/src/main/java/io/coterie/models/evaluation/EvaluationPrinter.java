package io.coterie.models.evaluation;

import java.io.PrintStream;
import java.util.Locale;

/** Shows as text what was measured of a bundle's students. */
public final class EvaluationPrinter {
  private EvaluationPrinter() {}

  /** Prints all figures. */
  public static void print(EvaluationReport report, PrintStream out) {
    out.printf("%s on %d test pictures of %s%n", report.bundle(), report.images(), report.data());
    out.printf(Locale.ROOT, "teacher            %6.2f %%%n", 100 * report.teacherAccuracy());
    report.partitionings().forEach(k -> print(k, out));
  }

  private static void print(EvaluationReport.OfPartitioning k, PrintStream out) {
    out.printf("%nK=%d%n", k.k());
    out.printf("  %-24s %9s %9s %14s%n", "students", "all there", "as bytes", "worst one lost");
    for (EvaluationReport.OfEnsemble ensemble : k.ensembles()) {
      out.printf(
          Locale.ROOT,
          "  %-24s %7.2f %% %7.2f %% %12.2f %%%n",
          ensemble.student(),
          100 * ensemble.accuracy(),
          100 * ensemble.int8PortionsAccuracy(),
          100 * ensemble.worstWithOneLost());
    }
    k.mixes().stream()
        .mapToDouble(mix -> Math.abs(mix.accuracy() - mix.expected()))
        .max()
        .ifPresent(
            worst ->
                out.printf(
                    Locale.ROOT,
                    "  %d mixes of sizes: at most %.2f points off the mean of their sizes%n",
                    k.mixes().size(),
                    100 * worst));
    EvaluationReport.OfEnsemble last = k.ensembles().get(k.ensembles().size() - 1);
    out.printf("  which portions are there (%s)%n", last.student());
    for (EvaluationReport.OfPattern pattern : last.patterns()) {
      out.printf(Locale.ROOT, "    %-6s  %6.2f %%%n", pattern.present(), 100 * pattern.accuracy());
    }
    for (EvaluationReport.OfStudent student : k.students()) {
      out.printf(
          Locale.ROOT,
          "  partition %d %-24s %4d values, %6.3f M parameters, %6.2f MFLOP, %5.0f KB file,"
              + " %5.0f KB memory%n",
          student.partition(),
          student.name(),
          student.size(),
          student.parameters() / 1e6,
          student.flops() / 1e6,
          student.fileBytes() / 1e3,
          student.memoryBytes() / 1e3);
    }
  }
}
