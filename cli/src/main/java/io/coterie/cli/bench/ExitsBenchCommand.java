package io.coterie.cli.bench;

import io.coterie.cli.BundleOpener;
import io.coterie.cli.CommandException;
import io.coterie.cli.ExitBudgetOption;
import io.coterie.cli.Folders;
import io.coterie.lab.bench.ExitsBenchOptions;
import io.coterie.lab.bench.ExitsBenchRun;
import io.coterie.lab.bench.ExitsFigures;
import io.coterie.lab.demo.Frames;
import io.coterie.planner.preview.ExitPreview;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.ExitRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie bench exits}. */
@Command(
    name = "exits",
    description =
        "Measures what early exits save: processor time, floating-point operations and latency of"
            + " boards with exits off and on, in turns over the same frames. The ratios count, not"
            + " the absolute values.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:  coterie bench exits models/zoo/meter-digits --frames 300 --agents 4",
      "          coterie bench exits models/zoo/cifar10 --data ~/cifar10 --throttle 4 --rate 10"
    })
public final class ExitsBenchCommand implements Callable<Integer> {
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
      names = "--frames",
      paramLabel = "N",
      defaultValue = "200",
      description = "frames of each window (default: ${DEFAULT-VALUE})")
  private int frames;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "pairs of windows, exits off and on, at least 3, after one to warm up (default:"
              + " ${DEFAULT-VALUE})")
  private int pairs;

  @Option(
      names = "--agents",
      paramLabel = "N",
      defaultValue = "4",
      description = "number of boards, all on this machine (default: ${DEFAULT-VALUE})")
  private int agents;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "frames per second; boards must be able to run all of them to the end (default:"
              + " ${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--throttle",
      paramLabel = "F",
      defaultValue = "1",
      description =
          "emulate boards F times slower, so that stops come in time (default: ${DEFAULT-VALUE})")
  private double throttle;

  @Mixin private ExitBudgetOption budget;

  @Option(names = "--json", description = "print the figures as one JSON object")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Path path = bundle == null ? Folders.root().resolve("models/zoo/meter-digits") : bundle;
    try {
      ExitRule rule = budget.rule();
      ExitsBenchOptions options =
          new ExitsBenchOptions(frames, pairs, agents, rate, throttle, rule);
      Bundle opened = BundleOpener.open(path);
      ExitPreview.check(
          opened.manifest(),
          DeploymentSpec.rocoin(opened.digest(), 1, 0).withStrategy(Strategy.DISTREE, rule));
      Frames pictures = new Frames(Frames.dataset(data, opened.manifest()));
      ExitsFigures figures = new ExitsBenchRun(opened, pictures, options).run();
      if (json) {
        System.out.println(Json.write(figures));
      } else {
        figures.lines().forEach(System.out::println);
      }
      return 0;
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }
}
