package io.coterie.cli.demo;

import io.coterie.cli.BundleOpener;
import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.cli.TargetOption;
import io.coterie.cli.fleet.PlanTable;
import io.coterie.lab.demo.DemoOptions;
import io.coterie.lab.demo.DemoRun;
import io.coterie.lab.demo.Frames;
import io.coterie.lab.demo.Summary;
import io.coterie.lab.demo.SummaryText;
import io.coterie.models.data.Dataset;
import io.coterie.planner.preview.ExitPreview;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coterie demo}. */
@Command(
    name = "demo",
    description =
        "Starts a hub and boards of unequal speed as processes, sends real frames, and kills and"
            + " restarts boards.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:  coterie demo --seconds 60 --agents 6 --rate 20 --kill-every 5",
      "          coterie demo --bundle models/zoo/cifar10 --data ~/cifar10",
      "          coterie demo --strategy distree --latency-target 30ms --slow-half-at 15",
      "          coterie demo --strategy mdi-exit --topology mesh3 --kill-every 10"
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int STANDARD_AGENTS = 6;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "how long to send frames (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--agents",
      paramLabel = "N",
      description = "number of boards, 1 to 32 (default: 6, or what --topology says)")
  private Integer given;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "frames per second (default: ${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--kill-every",
      paramLabel = "S",
      defaultValue = "5",
      description = "seconds between kills; 0 for none (default: ${DEFAULT-VALUE})")
  private double killEvery;

  @Option(
      names = "--slow-half-at",
      paramLabel = "S",
      description =
          "after S seconds half of the boards (rounded down) become 4 times slower for good: all"
              + " boards of one of the plan's largest groups that fit into the half, drawn by"
              + " --seed, and others drawn one by one (default: never)")
  private Double slowHalfAt;

  @Option(names = "--bundle", paramLabel = "BUNDLE", description = "(default: meter-digits)")
  private Path bundle;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description = "whose test pictures are sent (default: fresh meter-digits)")
  private String data;

  @Mixin private TargetOption target;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "decides who is killed when and who becomes slow (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--broker",
      paramLabel = "ADDRESS",
      description = "use this broker instead of the hub's own")
  private String broker;

  @Option(
      names = "--throttle",
      paramLabel = "X",
      defaultValue = "1",
      description =
          "make all boards so many times slower, as small boards are beside this machine; they"
              + " stay unequal (default: ${DEFAULT-VALUE})")
  private double throttle;

  @Option(names = "--keep-logs", description = "leave the processes' logs where they are")
  private boolean keepLogs;

  @Option(names = "--json", description = "print the summary as one JSON object, last")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, IOException {
    target.check();
    int agents = agents();
    check(agents);
    Path bundlePath = bundle == null ? Folders.root().resolve("models/zoo/meter-digits") : bundle;
    Bundle opened = BundleOpener.open(bundlePath);
    DeploymentSpec spec = target.spec(opened);
    DemoOptions options =
        new DemoOptions(
            seconds,
            agents,
            rate,
            killEvery,
            slowHalfAt == null ? OptionalDouble.empty() : OptionalDouble.of(slowHalfAt),
            Optional.of(spec),
            seed,
            DemoOptions.UNEQUAL.stream().map(factor -> factor * throttle).toList(),
            broker == null ? "" : broker,
            keepLogs);
    Frames frames = new Frames(dataset(opened));
    Summary summary = new DemoRun(options, opened, frames, plan -> print(opened, spec, plan)).run();
    if (json) {
      System.out.println(Json.write(summary));
    } else {
      SummaryText.lines(summary, spec.strategy()).forEach(System.out::println);
    }
    return summary.nothingLost() ? 0 : 1;
  }

  private static void print(Bundle opened, DeploymentSpec spec, PlanMessage plan) {
    PlanTable.print(plan, System.err);
    List<String> students = plan.groups().stream().map(PlanMessage.Group::student).toList();
    ExitPreview.lines(opened.manifest(), spec, plan.k(), students).forEach(System.err::println);
  }

  private int agents() {
    OptionalInt named = target.boards();
    if (given != null && named.isPresent() && named.getAsInt() != given) {
      throw new CommandException(
          "--agents %d and a --topology of %d boards: give one of them"
              .formatted(given, named.getAsInt()));
    }
    return given == null ? named.orElse(STANDARD_AGENTS) : given;
  }

  private void check(int agents) {
    if (seconds < 1 || agents < 1 || agents > 32 || !(rate > 0) || rate > 1000 || killEvery < 0) {
      throw new CommandException(
          "out of range: --seconds >= 1, --agents 1 to 32, --rate above 0 up to 1000,"
              + " --kill-every >= 0");
    }
    if (!(throttle >= 1 && throttle <= 1000)) {
      throw new CommandException("--throttle must be 1 to 1000: " + throttle);
    }
    if (slowHalfAt != null && !(slowHalfAt >= 0 && slowHalfAt < seconds)) {
      throw new CommandException(
          "--slow-half-at must be 0 or more, and less than --seconds "
              + seconds
              + ": "
              + slowHalfAt);
    }
  }

  private Dataset dataset(Bundle opened) {
    String spec = data == null ? Frames.DRAWN : data;
    try {
      Dataset dataset = Frames.dataset(spec, opened.manifest());
      if (!dataset.labels().equals(opened.manifest().labels())) {
        throw new CommandException(
            "the data's labels are not the bundle's: "
                + dataset.labels()
                + " and "
                + opened.manifest().labels()
                + (data == null ? " (give the bundle's data with --data)" : ""));
      }
      return dataset;
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandException("--data " + spec + ": " + e.getMessage());
    }
  }
}
