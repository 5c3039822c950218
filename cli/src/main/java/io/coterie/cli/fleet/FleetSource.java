package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandException;
import io.coterie.planner.cost.CostModel.Measurement;
import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Boards to plan for, from a file or as they are. */
final class FleetSource {
  private static final long COLLECT_MS = 800;

  private FleetSource() {}

  /**
   * Boards, and what is known of students that run on them.
   *
   * @param measuredSeconds time from frame to portion, as the plans in force assume it
   */
  record Fleet(List<Device> devices, Map<Measurement, Double> measuredSeconds) {
    Fleet {
      devices = Check.list(devices, "devices");
      measuredSeconds = Check.mapOrEmpty(measuredSeconds);
    }
  }

  /** The file's content. */
  record FleetFile(List<Board> devices) {
    FleetFile {
      devices = Check.list(devices, "devices");
    }
  }

  /** A board in a file; nothing may be missing. */
  record Board(
      String id,
      Double flopsPerSecond,
      Long memoryBytes,
      Double uplinkBitsPerSecond,
      Double failureProbability) {
    Board {
      Check.text(id, "device.id");
      require(flopsPerSecond, "flopsPerSecond", id);
      require(memoryBytes, "memoryBytes", id);
      require(uplinkBitsPerSecond, "uplinkBitsPerSecond", id);
      require(failureProbability, "failureProbability", id);
      Check.positive(memoryBytes, "memoryBytes of device " + id);
    }

    private static void require(Object value, String field, String id) {
      if (value == null) {
        throw new IllegalArgumentException("device " + id + " lacks " + field);
      }
    }

    Device device() {
      return new Device(id, flopsPerSecond, memoryBytes, uplinkBitsPerSecond, failureProbability);
    }
  }

  /** Reads {@code {"devices":[…]}}. */
  static Fleet file(Path file) {
    try {
      FleetFile fleet = Json.read(Files.readAllBytes(file), FleetFile.class);
      return new Fleet(fleet.devices().stream().map(Board::device).toList(), Map.of());
    } catch (IOException e) {
      throw new CommandException("cannot read " + file + ": " + e.getMessage());
    } catch (JsonException | IllegalArgumentException e) {
      throw new CommandException(file + ": " + e.getMessage());
    }
  }

  /** Asks the broker. Failure probabilities and measurements are those of the plans in force. */
  static Fleet live(BrokerOption broker, Bundle bundle) throws InterruptedException {
    Map<String, Capability> capabilities = new ConcurrentSkipListMap<>();
    Map<String, PlanMessage> plans = new ConcurrentHashMap<>();
    try (MessageBus bus = broker.connect("plan")) {
      bus.subscribe(
          broker.topics().filter(Topic.AGENT_CAPABILITY),
          1,
          message -> add(broker, message, Capability.class, capabilities));
      bus.subscribe(
          broker.topics().filter(Topic.DEPLOYMENT_PLAN),
          1,
          message -> add(broker, message, PlanMessage.class, plans));
      // Retained messages come at once; there is no last one to wait for.
      boolean unused = new CountDownLatch(1).await(COLLECT_MS, TimeUnit.MILLISECONDS);
    }
    return fleet(capabilities, plans, bundle);
  }

  private static Fleet fleet(
      Map<String, Capability> capabilities, Map<String, PlanMessage> plans, Bundle bundle) {
    Map<String, Double> failures = new TreeMap<>();
    Map<Measurement, Double> measured = new ConcurrentHashMap<>();
    for (PlanMessage plan : plans.values()) {
      for (PlanMessage.Group group : plan.groups()) {
        for (PlanMessage.Member member : group.members()) {
          failures.put(member.agent(), member.failureProbability());
          if (member.measured() && plan.bundle().equals(bundle.digest())) {
            measure(bundle, plan, group, member, measured);
          }
        }
      }
    }
    List<Device> devices =
        capabilities.entrySet().stream()
            .filter(entry -> !entry.getValue().hub())
            .map(entry -> device(entry.getKey(), entry.getValue(), failures))
            .toList();
    return new Fleet(devices, measured);
  }

  private static void measure(
      Bundle bundle,
      PlanMessage plan,
      PlanMessage.Group group,
      PlanMessage.Member member,
      Map<Measurement, Double> measured) {
    // A member's latency is that of all its students together: each gets an equal share of it.
    long hosted = plan.groups().stream().filter(g -> g.agents().contains(member.agent())).count();
    bundle
        .manifest()
        .partitioning(plan.strategy(), plan.k())
        .map(partitioning -> partitioning.partitions().get(group.partition()).students())
        .orElse(List.of())
        .stream()
        .filter(student -> student.name().equals(group.student()))
        .forEach(
            student ->
                measured.put(
                    new Measurement(member.agent(), student.digest()),
                    member.latencyMs() / 1e3 / hosted));
  }

  private static Device device(String id, Capability c, Map<String, Double> failures) {
    return new Device(
        id,
        c.flopsPerSecond(),
        c.memoryBytes(),
        c.uplinkBitsPerSecond(),
        failures.getOrDefault(id, c.failureProbability()));
  }

  private static <T> void add(
      BrokerOption broker, Message message, Class<T> type, Map<String, T> found) {
    String id = broker.topics().parse(message.topic()).orElseThrow().name();
    try {
      if (message.payload().length > 0) {
        found.put(id, Json.read(message.payload(), type));
      }
    } catch (JsonException e) {
      System.err.println("coterie: ignored " + message.topic() + ": " + e.getMessage());
    }
  }
}
