package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandException;
import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.Device;
import io.coterie.planner.placement.Objective;
import io.coterie.planner.placement.Plan;
import io.coterie.planner.placement.PlanRequest;
import io.coterie.planner.placement.Planner;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
  private static final long COLLECT_MS = 800;

  @Mixin private BrokerOption broker;

  @Parameters(paramLabel = "BUNDLE", description = "folder or .zip file")
  private Path bundle;

  @Option(
      names = "--fleet",
      paramLabel = "FILE",
      description = "boards to plan for (default: those of the running fleet)")
  private Path fleet;

  @Option(
      names = "--success",
      paramLabel = "P",
      defaultValue = "0.99",
      description = "probability that every group must reach (default: ${DEFAULT-VALUE})")
  private double success;

  @Option(names = "--json", description = "print the plan as JSON")
  private boolean json;

  /** The file's content. */
  record Fleet(List<Board> devices) {
    Fleet {
      devices = Check.list(devices, "devices");
    }
  }

  /** A device of the file; a field that is not there is refused by name. */
  record Board(
      String id,
      Double flopsPerSecond,
      Long memoryBytes,
      Double uplinkBitsPerSecond,
      Double failureProbability) {
    Board {
      Check.text(id, "device.id");
      Check.present(flopsPerSecond, "flopsPerSecond of device " + id);
      Check.present(memoryBytes, "memoryBytes of device " + id);
      Check.present(uplinkBitsPerSecond, "uplinkBitsPerSecond of device " + id);
      Check.present(failureProbability, "failureProbability of device " + id);
    }

    Device device() {
      return new Device(id, flopsPerSecond, memoryBytes, uplinkBitsPerSecond, failureProbability);
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      List<Device> devices = fleet == null ? liveFleet() : readFleet();
      Bundle opened = Bundle.open(bundle);
      Plan plan =
          Planner.plan(
              new PlanRequest(
                  devices,
                  opened.manifest(),
                  Objective.of(success),
                  CostModel.unmeasured(),
                  Plan.NONE));
      if (json) {
        System.out.println(Json.write(plan));
      } else {
        print(plan);
      }
      return plan.missing().isEmpty() && plan.k() > 0 ? 0 : 1;
    } catch (BundleException | IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private List<Device> readFleet() {
    try {
      return Json.read(Files.readAllBytes(fleet), Fleet.class).devices().stream()
          .map(Board::device)
          .toList();
    } catch (IOException e) {
      throw new CommandException("cannot read " + fleet + ": " + e.getMessage());
    } catch (JsonException e) {
      throw new CommandException(fleet + ": " + e.getMessage());
    }
  }

  private List<Device> liveFleet() throws InterruptedException {
    Map<String, Device> devices = new ConcurrentSkipListMap<>();
    try (MessageBus bus = broker.connect("plan")) {
      bus.subscribe(
          broker.topics().filter(Topic.AGENT_CAPABILITY), 1, message -> add(message, devices));
      // Retained messages come at once; there is no last one to wait for.
      boolean unused = new CountDownLatch(1).await(COLLECT_MS, TimeUnit.MILLISECONDS);
      return List.copyOf(devices.values());
    }
  }

  private void add(Message message, Map<String, Device> devices) {
    String id = broker.topics().parse(message.topic()).orElseThrow().name();
    try {
      Capability c = Json.read(message.payload(), Capability.class);
      if (!c.hub()) {
        devices.put(
            id,
            new Device(
                id,
                c.flopsPerSecond(),
                c.memoryBytes(),
                c.uplinkBitsPerSecond(),
                c.failureProbability()));
      }
    } catch (JsonException e) {
      System.err.println("coterie: ignored the capability of " + id + ": " + e.getMessage());
    }
  }

  private static void print(Plan plan) {
    System.out.printf("K=%d, %s%n", plan.k(), plan.verdict().toString().toLowerCase(Locale.ROOT));
    for (Plan.PlannedPartition partition : plan.partitions()) {
      System.out.printf(
          Locale.ROOT,
          "  partition %d  %-14s %9.2f ms  success %.4f  %s%n",
          partition.partition(),
          partition.student(),
          1000 * partition.latencySeconds(),
          partition.success(),
          String.join(" ", partition.members()));
    }
    System.out.printf(
        Locale.ROOT,
        "predicted: latency %.2f ms, success %.4f, accuracy %.2f %%%n",
        1000 * plan.latencySeconds(),
        plan.success(),
        100 * plan.expectedAccuracy());
    for (Plan.Alternative other : plan.alternatives()) {
      System.out.printf("not K=%d: %s%n", other.k(), other.reason());
    }
    plan.reasons().forEach(reason -> System.out.println("note: " + reason));
  }
}
