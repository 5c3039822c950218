package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandException;
import io.coterie.cli.TargetOption;
import io.coterie.orchestrator.deployment.DryRun;
import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.LatencyReading;
import io.coterie.planner.pipeline.PipelinePlan;
import io.coterie.planner.placement.InForce;
import io.coterie.planner.placement.Objective;
import io.coterie.planner.placement.Plan;
import io.coterie.planner.placement.PlanRequest;
import io.coterie.planner.placement.Planner;
import io.coterie.planner.preview.ExitLatencies;
import io.coterie.planner.preview.ExitPreview;
import io.coterie.planner.preview.PipelinePreview;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.Reason;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie plan}. */
@Command(
    name = "plan",
    description = "Shows how a bundle would be placed, without deploying it.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:  coterie plan models/zoo/meter-digits --fleet fleet.json",
      "A fleet file:  {\"devices\":[{\"id\":\"a\",\"flopsPerSecond\":2e9,\"memoryBytes\":64000000,",
      "                 \"uplinkBitsPerSecond\":2e7,\"failureProbability\":0.05}]}"
    })
public final class PlanCommand implements Callable<Integer> {
  @Mixin private BrokerOption broker;

  @Parameters(paramLabel = "BUNDLE", description = "folder or .zip file")
  private Path bundle;

  @Option(
      names = "--fleet",
      paramLabel = "FILE",
      description = "boards to plan for (default: those of the running fleet)")
  private Path fleet;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "of the deployment; where it runs in the running fleet, its place is planned anew"
              + " (default: the bundle's name)")
  private String name;

  @Mixin private TargetOption target;

  @Option(
      names = "--latency",
      paramLabel = "READING",
      defaultValue = "all",
      description =
          "what a group's latency is: of all its boards, of the first to answer, or the "
              + "expected one of the first answer: all, first, expected (default: "
              + "${DEFAULT-VALUE})")
  private LatencyReading reading;

  @Option(names = "--json", description = "print the plan as JSON")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try {
      // Which bundle is wanted does not matter to the objective.
      target.checkFleetDecides();
      DeploymentSpec unnamed = target.spec(Digest.of(new byte[0]));
      List<Device> boards = fleet == null ? List.of() : FleetSource.file(fleet);
      Bundle opened = Bundle.open(bundle);
      ExitPreview.check(opened.manifest(), unnamed);
      DeploymentSpec spec = target.spec(opened.digest());
      return (fleet == null ? ofLiveFleet(opened, spec) : of(boards, opened.manifest(), spec))
          ? 0
          : 1;
    } catch (BundleException | IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  /** Plans for boards that do nothing else. */
  private boolean of(List<Device> boards, Manifest manifest, DeploymentSpec spec) {
    if (spec.strategy() == Strategy.MDI_EXIT) {
      Map<String, Long> memory =
          boards.stream().collect(Collectors.toMap(Device::id, Device::memoryBytes));
      PipelinePlan plan =
          PipelinePlan.of(
              boards,
              ExitPreview.pipeline(manifest, spec),
              spec.exitRule(),
              spec.pipeline(),
              spec.deadlineMs() / 1e3,
              "",
              "");
      return show(plan, memory, manifest, spec);
    }
    CostModel costs =
        CostModel.unmeasured().withBitsPerValue(Byte.SIZE * spec.portions().bytesPerValue());
    return show(
        Planner.plan(
            new PlanRequest(
                boards,
                manifest.only(spec.strategy()),
                Objective.of(spec).withReading(reading),
                costs,
                InForce.NOTHING)),
        manifest,
        spec);
  }

  /** Plans as the hub would, with what the fleet does already. */
  private boolean ofLiveFleet(Bundle opened, DeploymentSpec spec) throws InterruptedException {
    FleetSource.Live live = FleetSource.live(broker, opened);
    PrintStream notes = json ? System.err : System.out;
    live.absent().forEach(notes::println);
    String deployment = name == null ? opened.manifest().name() : name;
    DryRun dry = DryRun.of(live.observed(), live.manifests(), deployment, spec, reading);
    if (dry.pipeline().isPresent()) {
      Map<String, Long> memory = new HashMap<>();
      live.observed()
          .fleet()
          .online()
          .forEach(board -> memory.put(board.id(), board.capability().orElseThrow().memoryBytes()));
      return show(dry.pipeline().get(), memory, opened.manifest(), spec);
    }
    return show(dry.students().orElseThrow(), opened.manifest(), spec);
  }

  private boolean show(
      PipelinePlan plan, Map<String, Long> memoryBytes, Manifest manifest, DeploymentSpec spec) {
    if (json) {
      System.out.println(Json.write(plan));
    } else {
      PipelinePreview.lines(plan, ExitPreview.pipeline(manifest, spec), memoryBytes)
          .forEach(System.out::println);
    }
    ExitPreview.lines(manifest, spec, plan.segments(), List.of())
        .forEach(json ? System.err::println : System.out::println);
    return plan.complete();
  }

  private boolean show(Plan plan, Manifest manifest, DeploymentSpec spec) {
    if (json) {
      System.out.println(Json.write(plan));
    } else {
      print(plan, System.out);
    }
    Manifest only = manifest.only(spec.strategy());
    boolean reached = printExits(plan, only, spec, json ? System.err : System.out);
    return plan.verdict() == Plan.Verdict.COMPLETE && reached;
  }

  /**
   * What the exit rule comes to with this plan.
   *
   * @return whether the latency target can be reached; true without one
   */
  static boolean printExits(Plan plan, Manifest manifest, DeploymentSpec spec, PrintStream out) {
    List<String> students = plan.partitions().stream().map(Plan.PlannedPartition::student).toList();
    ExitPreview.lines(manifest, spec, plan.k(), students).forEach(out::println);
    if (spec.exitRule().target().isEmpty()) {
      return true;
    }
    double targetMs = spec.exitRule().target().get();
    ExitLatencies latencies =
        manifest
            .partitioning(spec.strategy(), plan.k())
            .map(p -> ExitLatencies.of(plan, p, spec.exitRule().policy()))
            .orElse(ExitLatencies.NOTHING_RUNS);
    boolean reached = latencies.reach(targetMs);
    if (!latencies.ms().isEmpty()) {
      out.println(latencies.line(targetMs));
    }
    if (!reached) {
      out.println("note: " + latencies.unreachable(targetMs));
    }
    return reached;
  }

  private static void print(Plan plan, PrintStream out) {
    out.printf(
        "K=%d, %s%n",
        plan.k(), plan.verdict().toString().toLowerCase(Locale.ROOT).replace('_', ' '));
    for (Plan.PlannedPartition partition : plan.partitions()) {
      out.printf(
          Locale.ROOT,
          "  partition %d  %-20s %9.2f ms  success %.4f  %s%n",
          partition.partition(),
          partition.student(),
          1000 * partition.latencySeconds(),
          partition.success(),
          String.join(" ", partition.members()));
    }
    out.printf(
        Locale.ROOT,
        "predicted: latency %.2f ms, success %.4f, accuracy %.2f %%%n",
        1000 * plan.latencySeconds(),
        plan.success(),
        100 * plan.expectedAccuracy());
    printAlternatives(plan.alternatives(), out);
    printBoards(plan.boards(), out);
    // The line on exits says whether they reach their target.
    plan.reasons().stream()
        .filter(reason -> reason.code() != Reason.Code.LATENCY_TARGET_MISSED)
        .forEach(reason -> out.println("note: " + reason.text()));
  }

  private static void printAlternatives(List<Plan.Alternative> alternatives, PrintStream out) {
    for (Plan.Alternative other : alternatives) {
      out.printf(
          Locale.ROOT,
          "not K=%d (%.2f ms, success %.4f, accuracy %.2f %%): %s%n",
          other.k(),
          1000 * other.latencySeconds(),
          other.success(),
          100 * other.expectedAccuracy(),
          other.reason());
    }
  }

  private static void printBoards(List<Plan.BoardLoad> boards, PrintStream out) {
    out.printf("%-20s %14s %14s %10s%n", "board", "memory used", "of", "per frame");
    for (Plan.BoardLoad board : boards) {
      out.printf(
          Locale.ROOT,
          "%-20s %11.0f KB %11.0f KB %7.2f ms%n",
          board.id(),
          board.usedBytes() / 1e3,
          board.memoryBytes() / 1e3,
          1000 * board.busySeconds());
    }
  }
}
