package io.coterie.cli.training;

import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.inference.NativeLibraries;
import io.coterie.models.evaluation.Evaluation;
import io.coterie.models.evaluation.EvaluationOptions;
import io.coterie.models.evaluation.EvaluationReport;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie evaluate}. */
@Command(
    name = "evaluate",
    description = "Measures a bundle's accuracy on test pictures by running its ONNX files.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:  coterie evaluate models/zoo/meter-digits --data meter-digits"})
public final class EvaluateCommand implements Callable<Integer> {
  @Parameters(paramLabel = "BUNDLE", description = "folder or .zip file")
  private Path bundle;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      required = true,
      description = "CIFAR-10's folder, a folder of images per class, or meter-digits")
  private String data;

  @Option(
      names = "--first",
      paramLabel = "N",
      description = "only the first N test pictures (default: all)")
  private Integer first;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "of drawn pictures and splits (default: the bundle's own)")
  private Long seed;

  @Option(names = "--json", description = "print the report as JSON")
  private boolean json;

  @Override
  public Integer call() {
    try {
      NativeLibraries.unpackTo(Folders.cache());
      EvaluationOptions options =
          new EvaluationOptions(
              Runtime.getRuntime().availableProcessors(),
              first == null ? Integer.MAX_VALUE : first,
              seed == null ? OptionalLong.empty() : OptionalLong.of(seed));
      EvaluationReport report = Evaluation.run(bundle, data, options);
      if (json) {
        System.out.println(Json.write(report));
      } else {
        print(report, System.out);
      }
      return 0;
    } catch (BundleException | IOException | IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private static void print(EvaluationReport report, PrintStream out) {
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
