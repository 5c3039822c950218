package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandException;
import io.coterie.orchestrator.membership.Fleet.Member;
import io.coterie.orchestrator.observation.FleetView;
import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Boards to plan for, from a file or as they are. */
final class FleetSource {
  private static final long COLLECT_MS = 800;

  private FleetSource() {}

  /**
   * A fleet as the broker knows it.
   *
   * @param observed boards, and the specs and plans of deployments
   * @param manifests of the bundle to plan for and of those that run, by digest
   */
  record Live(FleetView observed, Map<String, Manifest> manifests) {
    Live {
      manifests = Map.copyOf(manifests);
    }

    /** A sentence for every board that no plan can have now. */
    List<String> absent() {
      List<String> absent = new ArrayList<>();
      for (Member member : observed.fleet().members().values()) {
        boolean hub = member.capability().filter(capability -> capability.hub()).isPresent();
        if (!member.online() && !hub) {
          absent.add("left out: " + member.id() + " " + why(member));
        }
      }
      return absent;
    }

    private static String why(Member member) {
      if (member.state().isEmpty()) {
        return "has not told whether it is there";
      }
      AgentState state = member.state().get();
      return switch (state.state()) {
        case ONLINE -> "has not told what it can do";
        case DRAINING -> "drains: 'coterie board resume " + member.id() + "' lets it take part";
        case STOPPED -> "was stopped";
        case OFFLINE -> "is offline";
      };
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
  static List<Device> file(Path file) {
    try {
      FleetFile fleet = Json.read(Files.readAllBytes(file), FleetFile.class);
      return fleet.devices().stream().map(Board::device).toList();
    } catch (IOException e) {
      throw new CommandException("cannot read " + file + ": " + e.getMessage());
    } catch (JsonException | IllegalArgumentException e) {
      throw new CommandException(file + ": " + e.getMessage());
    }
  }

  /** Asks the broker for everything that is retained. */
  static Live live(BrokerOption broker, Bundle bundle) throws InterruptedException {
    Heard heard = new Heard(broker);
    Map<String, Manifest> manifests = new ConcurrentHashMap<>();
    manifests.put(bundle.digest(), bundle.manifest());
    try (MessageBus bus = broker.connect("plan")) {
      FleetView.TOPICS.stream()
          .filter(topic -> topic != Topic.AGENT_REPORT)
          .forEach(topic -> bus.subscribe(broker.topics().filter(topic), 1, heard::take));
      // Retained messages come at once; there is no last one to wait for.
      boolean unused = new CountDownLatch(1).await(COLLECT_MS, TimeUnit.MILLISECONDS);
      fetch(bus, broker, others(heard.observed(), bundle), manifests);
    }
    return new Live(heard.observed(), manifests);
  }

  /** Bundles that run, whose memory counts. */
  private static Set<String> others(FleetView observed, Bundle bundle) {
    Set<String> digests = new TreeSet<>();
    observed
        .deployments()
        .values()
        .forEach(deployed -> deployed.plan().map(PlanMessage::bundle).ifPresent(digests::add));
    digests.remove(bundle.digest());
    return digests;
  }

  private static void fetch(
      MessageBus bus, BrokerOption broker, Set<String> digests, Map<String, Manifest> found)
      throws InterruptedException {
    CountDownLatch missing = new CountDownLatch(digests.size());
    for (String digest : digests) {
      bus.subscribe(
          broker.topics().of(Topic.MODEL, digest),
          1,
          message -> {
            if (Digest.of(message.payload()).equals(digest)) {
              keep(digest, message, found);
              missing.countDown();
            }
          });
    }
    if (!missing.await(COLLECT_MS, TimeUnit.MILLISECONDS)) {
      digests.stream()
          .filter(digest -> !found.containsKey(digest))
          .forEach(
              digest ->
                  System.err.println(
                      "coterie: the memory that bundle "
                          + digest.substring(0, 8)
                          + "… takes does not count: the broker does not have its manifest"));
    }
  }

  private static void keep(String digest, Message message, Map<String, Manifest> found) {
    try {
      found.put(digest, Manifest.parse(message.payload()));
    } catch (JsonException e) {
      System.err.println("coterie: ignored " + message.topic() + ": " + e.getMessage());
    }
  }

  /** What was heard; messages come on the bus's thread. */
  private static final class Heard {
    private final BrokerOption broker;
    private FleetView observed = FleetView.NOTHING;

    Heard(BrokerOption broker) {
      this.broker = broker;
    }

    synchronized void take(Message message) {
      try {
        observed =
            observed.after(
                broker.topics().parse(message.topic()).orElseThrow(), message, System.nanoTime());
      } catch (JsonException e) {
        System.err.println("coterie: ignored " + message.topic() + ": " + e.getMessage());
      }
    }

    synchronized FleetView observed() {
      return observed;
    }
  }
}
