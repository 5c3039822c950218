package io.coterie.cli.bench;

import io.coterie.cli.BundleOpener;
import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.lab.bench.PipelineBenchFigures;
import io.coterie.lab.bench.PipelineBenchOptions;
import io.coterie.lab.bench.PipelineBenchRun;
import io.coterie.lab.demo.Frames;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie bench pipeline}. */
@Command(
    name = "pipeline",
    description =
        "Measures what early exits and more boards bring to a pipeline (mdi-exit): the rate that"
            + " is admitted at given accuracies, and the accuracy at given rates, on fleets of"
            + " equal boards, one after the other. The ratios count, not the absolute values.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:  coterie bench pipeline models/zoo/cifar10 --data ~/cifar10 --plot curves"
    })
public final class PipelineBenchCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "BUNDLE",
      description = "folder or .zip file (default: meter-digits)")
  private Path bundle;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      defaultValue = Frames.DRAWN,
      description = "whose test pictures are sent (default: fresh meter-digits)")
  private String data;

  @Option(
      names = "--pipeline",
      paramLabel = "NAME",
      defaultValue = "",
      description = "which of the bundle's pipelines (default: its first)")
  private String pipeline;

  @Option(
      names = "--fleets",
      paramLabel = "LIST",
      split = ",",
      defaultValue = "mesh1,mesh2,mesh3,ring3,mesh5",
      description = "boards and topologies (default: ${DEFAULT-VALUE})")
  private List<String> fleets;

  @Option(
      names = "--losses",
      paramLabel = "LIST",
      split = ",",
      defaultValue = "0.25,0.5,1,2",
      description =
          "accuracy losses to choose thresholds for, in points (default: ${DEFAULT-VALUE})")
  private List<Double> losses;

  @Option(
      names = "--loads",
      paramLabel = "LIST",
      split = ",",
      defaultValue = "0.8,1.2,1.6,2,2.5",
      description =
          "fixed rates, as multiples of what the fleet manages without exits (default:"
              + " ${DEFAULT-VALUE})")
  private List<Double> loads;

  @Option(
      names = "--settle",
      paramLabel = "S",
      defaultValue = "10",
      description = "seconds before each measurement (default: ${DEFAULT-VALUE})")
  private int settle;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "15",
      description = "seconds of each measurement (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--throttle",
      paramLabel = "F",
      defaultValue = "20",
      description = "emulate boards F times slower than this machine (default: ${DEFAULT-VALUE})")
  private double throttle;

  @Option(names = "--plot", paramLabel = "DIR", description = "write the curves as SVG files")
  private Path plot;

  @Option(names = "--json", description = "print the figures as one JSON object")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Path path = bundle == null ? Folders.root().resolve("models/zoo/meter-digits") : bundle;
    try {
      Bundle opened = BundleOpener.open(path);
      Pipeline chosen = opened.manifest().requirePipeline(pipeline);
      PipelineBenchOptions options =
          new PipelineBenchOptions(
              chosen.name(),
              fleets.stream().map(PipelineBenchOptions.Fleet::parse).toList(),
              losses,
              loads,
              settle,
              seconds,
              throttle);
      Frames pictures = new Frames(Frames.dataset(data, opened.manifest()));
      List<PipelineBenchFigures.Fleet> measured = new ArrayList<>();
      for (PipelineBenchOptions.Fleet fleet : options.fleets()) {
        measured.add(new PipelineBenchRun(opened, chosen, pictures, options, fleet).run());
      }
      PipelineBenchFigures figures = new PipelineBenchFigures(chosen.name(), throttle, measured);
      show(figures);
      return 0;
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private void show(PipelineBenchFigures figures) throws IOException {
    if (plot != null) {
      Files.createDirectories(plot);
      Files.writeString(plot.resolve("rate-at-accuracy.svg"), figures.rateChart());
      Files.writeString(plot.resolve("accuracy-at-rate.svg"), figures.accuracyChart());
    }
    if (json) {
      System.out.println(Json.write(figures));
    } else {
      figures.lines().forEach(System.out::println);
    }
  }
}
