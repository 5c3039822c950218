package io.coterie.cli.training;

import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.inference.NativeLibraries;
import io.coterie.models.evaluation.Evaluation;
import io.coterie.models.evaluation.EvaluationOptions;
import io.coterie.models.evaluation.EvaluationPrinter;
import io.coterie.models.evaluation.EvaluationReport;
import io.coterie.models.evaluation.ExitEvaluation;
import io.coterie.models.evaluation.ExitPrinter;
import io.coterie.models.evaluation.ExitReport;
import io.coterie.models.evaluation.PipelineEvaluation;
import io.coterie.models.evaluation.PipelinePrinter;
import io.coterie.models.evaluation.PipelineReport;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    footer = {
      "",
      "Example:  coterie evaluate models/zoo/meter-digits --data meter-digits",
      "          coterie evaluate models/zoo/cifar10 --data ~/cifar10 --strategy distree --plot ."
    })
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

  @Option(
      names = "--strategy",
      paramLabel = "STRATEGY",
      defaultValue = "rocoin",
      description =
          "rocoin: every student to its end; distree: the exits and what each policy makes of"
              + " them; mdi-exit: the same of pipelines, and segments beside the uncut network"
              + " (default: ${DEFAULT-VALUE})")
  private Strategy strategy;

  @Option(
      names = "--max-accuracy-loss",
      paramLabel = "POINTS",
      defaultValue = "0.5",
      description =
          "with distree and mdi-exit: percentage points that the thresholds shown may lose on"
              + " validation pictures (default: ${DEFAULT-VALUE})")
  private double maxAccuracyLoss;

  @Option(
      names = "--plot",
      paramLabel = "DIR",
      description =
          "with distree and mdi-exit: draw accuracy against computation as exits-k2.svg, ... or"
              + " pipeline-NAME.svg there")
  private Path plot;

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
      switch (strategy) {
        case ROCOIN -> everyStudent(options);
        case DISTREE -> exits(options);
        case MDI_EXIT -> pipelines(options);
      }
      return 0;
    } catch (BundleException | IOException | IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private void everyStudent(EvaluationOptions options) throws BundleException, IOException {
    if (plot != null) {
      throw new CommandException("--plot needs --strategy distree or mdi-exit");
    }
    EvaluationReport report = Evaluation.run(bundle, data, options);
    show(report, () -> EvaluationPrinter.print(report, System.out));
  }

  private void exits(EvaluationOptions options) throws BundleException, IOException {
    ExitReport report = ExitEvaluation.run(bundle, data, options, budget());
    for (ExitReport.OfStudent student : report.students()) {
      String title = report.bundle() + ", K=" + student.k();
      draw("exits-k" + student.k(), ExitPrinter.svg(title, student.policies()));
    }
    show(report, () -> ExitPrinter.print(report, System.out));
  }

  private void pipelines(EvaluationOptions options) throws BundleException, IOException {
    PipelineReport report = PipelineEvaluation.run(bundle, data, options, budget());
    for (PipelineReport.OfPipeline pipeline : report.pipelines()) {
      String title = report.bundle() + ", " + pipeline.pipeline();
      draw("pipeline-" + pipeline.pipeline(), ExitPrinter.svg(title, pipeline.policies()));
    }
    show(report, () -> PipelinePrinter.print(report, System.out));
  }

  private void show(Object report, Runnable asText) {
    if (json) {
      System.out.println(Json.write(report));
    } else {
      asText.run();
    }
  }

  private double budget() {
    if (!(maxAccuracyLoss >= 0 && maxAccuracyLoss <= 100)) {
      throw new CommandException("must be 0 to 100: --max-accuracy-loss " + maxAccuracyLoss);
    }
    return maxAccuracyLoss / 100;
  }

  private void draw(String name, String svg) throws IOException {
    if (plot != null) {
      Files.createDirectories(plot);
      Files.writeString(plot.resolve(name + ".svg"), svg);
    }
  }
}
