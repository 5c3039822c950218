package io.coterie.cli.bench;

import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.inference.ModelException;
import io.coterie.inference.NativeLibraries;
import io.coterie.lab.bench.BenchRun;
import io.coterie.lab.bench.Figures;
import io.coterie.lab.demo.Frames;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code coterie bench}. */
@Command(
    name = "bench",
    subcommands = {PlannerBenchCommand.class, ExitsBenchCommand.class, PipelineBenchCommand.class},
    description =
        "Measures the time from frame to result, beside a bare inference and a bare MQTT echo of"
            + " the same run.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:  coterie bench --frames 1000"})
public final class BenchCommand implements Callable<Integer> {
  @Option(
      names = "--frames",
      paramLabel = "N",
      defaultValue = "500",
      description = "frames to measure, after as many to warm up (default: ${DEFAULT-VALUE})")
  private int frames;

  @Option(
      names = "--agents",
      paramLabel = "N",
      defaultValue = "2",
      description = "number of boards, all on this machine (default: ${DEFAULT-VALUE})")
  private int agents;

  @Option(
      names = "--partitions",
      paramLabel = "K",
      defaultValue = "2",
      description = "number of partitions, one the bundle has (default: ${DEFAULT-VALUE})")
  private int partitions;

  @Option(names = "--bundle", paramLabel = "BUNDLE", description = "(default: meter-digits)")
  private Path bundle;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      defaultValue = Frames.DRAWN,
      description = "whose test pictures are sent (default: fresh meter-digits)")
  private String data;

  @Option(names = "--json", description = "print the figures as one JSON object")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, IOException {
    if (frames < 1 || agents < 1) {
      throw new CommandException("--frames and --agents must be >= 1");
    }
    Path path = bundle == null ? Folders.root().resolve("models/zoo/meter-digits") : bundle;
    try {
      NativeLibraries.unpackTo(Folders.cache());
      Bundle opened = Bundle.open(path);
      Frames pictures = new Frames(Frames.dataset(data, opened.manifest()));
      Figures figures = new BenchRun(opened, partitions, pictures, frames, agents).run();
      if (json) {
        System.out.println(Json.write(figures));
      } else {
        figures.lines().forEach(System.out::println);
      }
      return 0;
    } catch (BundleException | ModelException | IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }
}
