package io.coterie.cli.bench;

import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.cli.demo.Frames;
import io.coterie.inference.ModelException;
import io.coterie.inference.NativeLibraries;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
      Bundle opened = only(Bundle.open(path), partitions);
      Frames pictures = new Frames(Frames.dataset(data, opened.manifest()));
      Figures figures = new BenchRun(opened, pictures, frames, agents).run();
      if (json) {
        System.out.println(Json.write(figures));
      } else {
        print(figures);
      }
      return 0;
    } catch (BundleException | ModelException | IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  /** The bundle with one of its partitionings: the planner has no choice of K. */
  private static Bundle only(Bundle bundle, int k) {
    Manifest all = bundle.manifest();
    Partitioning kept =
        all.partitioning(Strategy.ROCOIN, k)
            .orElseThrow(
                () -> new CommandException("the bundle has no K=" + k + ": see 'bundle inspect'"));
    Manifest manifest =
        new Manifest(
            all.manifestVersion(),
            all.name(),
            all.input(),
            all.labels(),
            all.teacher(),
            List.of(kept),
            all.provenance());
    byte[] json = Json.bytes(manifest);
    Map<String, byte[]> content = new HashMap<>(bundle.content());
    content.put(Digest.of(json), json);
    return new Bundle(manifest, Digest.of(json), content);
  }

  private static void print(Figures figures) {
    System.out.printf("%-44s %9s %9s%n", "milliseconds", "p50", "p99");
    row("frame published to result received", figures.result());
    row("  of which frame seen to result sent by fuser", figures.fuser());
    row("bare inference, slowest student (" + figures.student() + ")", figures.inference());
    row("bare MQTT echo, same payload and broker", figures.echo());
    System.out.printf(
        Locale.ROOT,
        "overhead over inference + echo, p50: %.0f %%%n",
        100 * figures.overheadFraction());
  }

  private static void row(String name, Figures.Times times) {
    System.out.printf(Locale.ROOT, "%-44s %9.2f %9.2f%n", name, times.p50(), times.p99());
  }
}
