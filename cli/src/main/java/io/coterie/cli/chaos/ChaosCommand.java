package io.coterie.cli.chaos;

import io.coterie.cli.BundleOpener;
import io.coterie.cli.CommandException;
import io.coterie.cli.DurationArgument;
import io.coterie.cli.Folders;
import io.coterie.lab.chaos.Bounds;
import io.coterie.lab.chaos.ChaosOptions;
import io.coterie.lab.chaos.ChaosReport;
import io.coterie.lab.chaos.ChaosRun;
import io.coterie.lab.chaos.Fault;
import io.coterie.lab.demo.Frames;
import io.coterie.models.evaluation.EvaluationOptions;
import io.coterie.models.evaluation.Reference;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code coterie chaos}. */
@Command(
    name = "chaos",
    description =
        "Starts a fleet with every role as a process of its own, does something bad to one of them"
            + " every few seconds, and checks that each frame is answered once and rightly.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:  coterie chaos --seed 1 --minutes 10 --out report",
      "          coterie chaos --faults burn --minutes 3"
    })
public final class ChaosCommand implements Callable<Integer> {
  private static final int PICTURES = 200;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "decides which faults come in which order (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "5",
      description = "how long (default: ${DEFAULT-VALUE})")
  private double minutes;

  @Option(
      names = "--agents",
      paramLabel = "N",
      defaultValue = "4",
      description = "number of boards, 2 to 16 (default: ${DEFAULT-VALUE})")
  private int agents;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "40",
      description = "frames per second (default: ${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--fault-every",
      paramLabel = "TIME",
      defaultValue = "5s",
      description =
          "from one fault to the next; later where the fleet is not whole yet (default:"
              + " ${DEFAULT-VALUE})")
  private DurationArgument every;

  @Option(
      names = "--faults",
      paramLabel = "ACTION",
      split = ",",
      description = "only these: ${COMPLETION-CANDIDATES} (default: all)")
  private Set<Fault.Action> actions = Set.of();

  @Option(
      names = "--targets",
      paramLabel = "TARGET",
      split = ",",
      description = "only to these: ${COMPLETION-CANDIDATES} (default: all)")
  private Set<Fault.Target> targets = Set.of();

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      defaultValue = "2s",
      description = "of the deployment (default: ${DEFAULT-VALUE})")
  private DurationArgument deadline;

  @Option(
      names = "--hedge",
      paramLabel = "TIME",
      defaultValue = "300ms",
      description = "how long the standby fuser waits (default: ${DEFAULT-VALUE})")
  private DurationArgument hedge;

  @Option(names = "--bundle", paramLabel = "BUNDLE", description = "(default: meter-digits)")
  private Path bundle;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description = "whose test pictures are sent (default: fresh meter-digits)")
  private String data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "writes report.json, history.jsonl and timeline.html there")
  private Path out;

  @Option(names = "--keep-logs", description = "leave the processes' logs where they are")
  private boolean keepLogs;

  @Option(names = "--json", description = "print the report as one JSON object, last")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, IOException {
    Path bundlePath = bundle == null ? Folders.root().resolve("models/zoo/meter-digits") : bundle;
    String spec = data == null ? Frames.DRAWN : data;
    Bundle opened = BundleOpener.open(bundlePath);
    Frames frames = frames(opened, spec);
    Reference reference = reference(bundlePath, spec);
    ChaosOptions options = options(opened, Math.min(PICTURES, frames.size()));
    ChaosReport report =
        ChaosRun.run(options, frames, reference::label, Optional.ofNullable(out), keepLogs);
    if (json) {
      System.out.println(Json.write(report));
    } else {
      report.lines().forEach(System.out::println);
    }
    return report.kept() ? 0 : 1;
  }

  private ChaosOptions options(Bundle opened, int pictures) {
    List<Fault> faults = ChaosOptions.faults(actions, targets);
    if (!(minutes > 0) || agents < 2 || agents > 16 || !(rate > 0) || rate > 200) {
      throw new CommandException(
          "out of range: --minutes above 0, --agents 2 to 16, --rate above 0 up to 200");
    }
    return new ChaosOptions(
        seed,
        minutes,
        agents,
        rate,
        every.ms() / 1e3,
        faults,
        opened,
        pictures,
        new Bounds(deadline.ms(), hedge.ms()));
  }

  private static Frames frames(Bundle opened, String spec) {
    try {
      return new Frames(Frames.dataset(spec, opened.manifest()));
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandException("--data " + spec + ": " + e.getMessage());
    }
  }

  private static Reference reference(Path bundle, String data) {
    try {
      EvaluationOptions options = new EvaluationOptions(1, PICTURES, OptionalLong.empty());
      return Reference.open(bundle, data, options);
    } catch (BundleException | IOException | IllegalArgumentException e) {
      throw new CommandException("--bundle and --data: " + e.getMessage());
    }
  }
}
