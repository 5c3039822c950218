package io.coterie.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.FleetClient;
import io.coterie.client.fleet.Answer;
import io.coterie.lab.demo.DemoProcesses;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.message.DeploymentSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** An agent that infers talks to its broker and to nobody else. */
@EnabledOnOs(OS.LINUX)
final class SocketsIT {
  @Test
  void agentsHaveNoConnectionButTheBrokers() throws Exception {
    try (DemoProcesses boards = DemoProcesses.equal(2, 1)) {
      boards.startHub();
      List<URI> brokers = ConnectionOptions.parseBrokers(boards.address());
      boards.connect("test", 60_000).close();
      try (FleetClient client = boards.follow()) {
        boards.startAgents();
        Bundle bundle = Bundle.open(Path.of("../models/zoo/meter-digits"));
        DeploymentSpec spec = DeploymentSpec.rocoin(bundle.digest(), 1_000, 0.5);
        Answer answer = client.deploy("meter", bundle, spec, Duration.ofMinutes(1), progress -> {});
        assertEquals(Answer.State.RUNS, answer.state(), answer.toString());
        String broker = String.format(":%04X", brokers.get(0).getPort());
        for (long pid : boards.pids()) {
          List<String> remotes = remotes(pid);
          assertEquals(1, remotes.size(), remotes.toString());
          assertTrue(remotes.get(0).endsWith(broker), remotes.toString());
        }
      }
    }
  }

  /** Remote ends of the process's TCP and UDP sockets, in the kernel's hexadecimal form. */
  private static List<String> remotes(long pid) throws IOException {
    Set<String> inodes = socketInodes(pid);
    List<String> remotes = new ArrayList<>();
    for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
      List<String> lines = Files.readAllLines(Path.of("/proc", Long.toString(pid), "net", table));
      for (String line : lines.subList(1, lines.size())) {
        List<String> fields = List.of(line.strip().split("\\s+", -1));
        if (inodes.contains(fields.get(9))) {
          remotes.add(fields.get(2));
        }
      }
    }
    return remotes;
  }

  private static Set<String> socketInodes(long pid) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path descriptor : descriptors.toList()) {
        String target =
            Files.isSymbolicLink(descriptor) ? Files.readSymbolicLink(descriptor).toString() : "";
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    }
    return inodes;
  }
}
