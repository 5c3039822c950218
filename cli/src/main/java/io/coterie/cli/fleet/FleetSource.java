package io.coterie.cli.fleet;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandException;
import io.coterie.client.FleetClient;
import io.coterie.client.fleet.Fleet.Member;
import io.coterie.client.fleet.FleetView;
import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.PlanMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Boards to plan for, from a file or as they are. */
final class FleetSource {
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
    Map<String, Manifest> manifests = new HashMap<>();
    try (FleetClient client = broker.client("plan")) {
      FleetView observed = client.view();
      Set<String> others = others(observed, bundle);
      client.models(others).forEach((digest, file) -> keep(digest, file, manifests));
      others.stream()
          .filter(digest -> !manifests.containsKey(digest))
          .forEach(
              digest ->
                  System.err.println(
                      "coterie: the memory that bundle "
                          + digest.substring(0, 8)
                          + "… takes does not count: the broker does not have its manifest"));
      manifests.put(bundle.digest(), bundle.manifest());
      return new Live(observed, manifests);
    }
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

  private static void keep(String digest, byte[] file, Map<String, Manifest> found) {
    try {
      found.put(digest, Manifest.parse(file));
    } catch (JsonException e) {
      System.err.println("coterie: ignored manifest " + digest + ": " + e.getMessage());
    }
  }
}
