package io.coterie.cli.bench;

import io.coterie.cli.BundleOpener;
import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.cli.demo.Frames;
import io.coterie.models.plot.LineChart;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
  private static final double FIXED_LOSS_POINTS = 0.5;

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
      Files.writeString(plot.resolve("rate-at-accuracy.svg"), rates(figures).svg());
      Files.writeString(plot.resolve("accuracy-at-rate.svg"), accuracies(figures).svg());
    }
    if (json) {
      System.out.println(Json.write(figures));
    } else {
      print(figures, System.out);
    }
  }

  static void print(PipelineBenchFigures figures, PrintStream out) {
    double one = figures.fleets().get(0).withoutExits();
    out.printf(
        Locale.ROOT,
        "%s, boards %.0f times slower than this machine%n",
        figures.pipeline(),
        figures.throttle());
    out.printf(
        "%-8s %10s %10s %10s %9s %8s %8s %8s %9s %8s%n",
        "fleet",
        "loss up to",
        "threshold",
        "frames/s",
        "accuracy",
        "beside",
        "x no ee",
        "x first",
        "settled",
        "in band");
    for (PipelineBenchFigures.Fleet fleet : figures.fleets()) {
      for (PipelineBenchFigures.Rate rate : fleet.rates()) {
        out.printf(
            Locale.ROOT,
            "%-8s %10.2f %10.4f %10.1f %8.2f%% %+8.2f %8.2f %8.2f %9s %7.0f%%%n",
            fleet.topology(),
            rate.maxAccuracyLoss(),
            rate.threshold(),
            rate.answeredPerSecond(),
            100 * rate.accuracy(),
            loss(rate.accuracy(), rate.toTheEnd()),
            rate.answeredPerSecond() / fleet.withoutExits(),
            rate.answeredPerSecond() / one,
            rate.settledSeconds() == null
                ? "no"
                : String.format(Locale.ROOT, "%.1f s", rate.settledSeconds()),
            100 * rate.inBand());
      }
    }
    out.printf(
        "%-8s %10s %8s %10s %10s %8s %10s%n",
        "fleet", "frames/s", "x no ee", "answered", "accuracy", "beside", "threshold");
    for (PipelineBenchFigures.Fleet fleet : figures.fleets()) {
      for (PipelineBenchFigures.Accuracy at : fleet.accuracies()) {
        out.printf(
            Locale.ROOT,
            "%-8s %10.1f %8.2f %9.1f%% %9.2f%% %+8.2f %10.4f%n",
            fleet.topology(),
            at.offeredPerSecond(),
            at.offeredPerSecond() / fleet.withoutExits(),
            100 * at.answered(),
            100 * at.accuracy(),
            loss(at.accuracy(), at.toTheEnd()),
            at.threshold());
      }
    }
    figures
        .fleets()
        .forEach(
            fleet ->
                fleet
                    .within(FIXED_LOSS_POINTS)
                    .ifPresent(
                        rate ->
                            out.printf(
                                Locale.ROOT,
                                "%s: %.2f times the rate without exits at no more than %.1f points"
                                    + " less%n",
                                fleet.topology(),
                                rate.answeredPerSecond() / fleet.withoutExits(),
                                FIXED_LOSS_POINTS)));
  }

  private static LineChart rates(PipelineBenchFigures figures) {
    List<LineChart.Series> series = new ArrayList<>();
    for (PipelineBenchFigures.Fleet fleet : figures.fleets()) {
      List<LineChart.Point> points =
          fleet.rates().stream()
              .map(
                  rate ->
                      new LineChart.Point(
                          rate.answeredPerSecond(), loss(rate.accuracy(), rate.toTheEnd())))
              .toList();
      series.add(new LineChart.Series(fleet.topology(), points, points.get(0)));
    }
    return chart(figures.pipeline() + ": admitted rate; circles are without exits", series);
  }

  private static LineChart accuracies(PipelineBenchFigures figures) {
    List<LineChart.Series> series = new ArrayList<>();
    for (PipelineBenchFigures.Fleet fleet : figures.fleets()) {
      List<LineChart.Point> points =
          fleet.accuracies().stream()
              .map(
                  at ->
                      new LineChart.Point(
                          at.offeredPerSecond(), loss(at.accuracy(), at.toTheEnd())))
              .toList();
      series.add(new LineChart.Series(fleet.topology(), points, null));
    }
    return chart(figures.pipeline() + ": accuracy at fixed rates", series);
  }

  private static double loss(double accuracy, double toTheEnd) {
    return 100 * (accuracy - toTheEnd);
  }

  private static LineChart chart(String title, List<LineChart.Series> series) {
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
        series);
  }
}
