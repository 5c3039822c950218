package io.coterie.cli.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.cli.BrokerOption;
import io.coterie.client.FleetClient;
import io.coterie.lab.processes.FreePorts;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hub and a board as processes that lose their power together, again and again, while they start,
 * fetch, deploy and answer; each time, both come back and a frame is answered. {@code
 * -Dcoterie.cycles=100} cuts so often.
 */
final class PowerCutIT {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);
  private static final String NAME = "meter";
  private static final long PATIENCE_MS = 60_000;
  private static final int STARTING_MS = 5_000;
  private static final int DEPLOYING_MS = 1_000;

  @TempDir private Path folder;
  private final Random random = new Random(Long.getLong("coterie.seed", 47));
  private final List<HubProcess> processes = new ArrayList<>();
  private String address;
  private int damaged;

  @AfterEach
  void closeEverything() {
    processes.forEach(HubProcess::close);
  }

  @Test
  void comesBackAfterEveryPowerCut() throws Exception {
    prepare();
    int cycles = Integer.getInteger("coterie.cycles", 5);
    for (int cycle = 0; cycle < cycles; cycle++) {
      start();
      TimeUnit.MILLISECONDS.sleep(random.nextInt(STARTING_MS));
      cutPower();
      start();
      try (MessageBus bus = connect();
          FleetClient client = client()) {
        answersAFrame(bus, client, cycle);
        deploy(client, 1_000 + cycle);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(DEPLOYING_MS));
        cutPower();
      }
    }
    System.out.printf("%d power cuts, %d files damaged by them%n", 2 * cycles, damaged);
  }

  /** The first start of all, up to a plan that runs. */
  private void prepare() throws Exception {
    address = "mqtt://127.0.0.1:" + FreePorts.free();
    String port = address.substring(address.lastIndexOf(':') + 1);
    String state = folder.resolve("state").toString();
    String cache = folder.resolve("cache").toString();
    processes.add(
        new HubProcess(
            folder, "hub", List.of("up", "--port", port, "--id", "hub", "--state", state)));
    processes.add(
        new HubProcess(
            folder, "a", List.of("agent", "--id", "a", "--broker", address, "--cache", cache)));
    start();
    try (MessageBus bus = connect();
        FleetClient client = client()) {
      deploy(client, 1_000);
      answersAFrame(bus, client, -1);
      cutPower();
    }
  }

  private void start() throws IOException {
    for (HubProcess process : processes) {
      process.start();
    }
  }

  /** What is not forced to the disk is lost in part or as a whole. */
  private void cutPower() throws Exception {
    processes.forEach(HubProcess::kill);
    processes.forEach(HubProcess::close);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(PowerCutIT::isUnfinished).toList()) {
        damage(file);
      }
    }
  }

  private static boolean isUnfinished(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file) && (name.startsWith(".new-") || name.endsWith(".new"));
  }

  private void damage(Path file) throws IOException {
    damaged++;
    if (random.nextBoolean()) {
      Files.delete(file);
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate((long) (random.nextDouble() * channel.size()));
    }
  }

  private MessageBus connect() {
    return BrokerOption.connect(
        ConnectionOptions.parseBrokers(address), "test", PATIENCE_MS, () -> "");
  }

  private FleetClient client() throws Exception {
    return FleetClient.connect(
        ConnectionOptions.of(ConnectionOptions.parseBrokers(address), "deploy"),
        TOPICS,
        Duration.ofMillis(PATIENCE_MS));
  }

  /** Whether it is done is for the next start. */
  private static void deploy(FleetClient client, long deadlineMs) throws Exception {
    Bundle bundle = Bundle.open(Path.of("../models/zoo/meter-digits"));
    client.publish(bundle);
    client.publish(NAME, DeploymentSpec.rocoin(bundle.digest(), deadlineMs, 0.5));
  }

  private void answersAFrame(MessageBus bus, FleetClient client, int cycle) throws Exception {
    try (FrameSource frames = new FrameSource(bus, TOPICS, NAME)) {
      assertTrue(
          frames.awaitOk(1, PATIENCE_MS), () -> "no answer in cycle " + cycle + "\n" + logs());
      PlanMessage plan = client.view().deployment(NAME).plan().orElseThrow();
      assertTrue(plan.complete(), () -> "cycle " + cycle + " " + plan);
      assertEquals(0, frames.answeredTwice());
    }
  }

  private String logs() {
    StringBuilder all = new StringBuilder();
    for (HubProcess process : processes) {
      try {
        List<String> lines = Files.readAllLines(process.log());
        all.append("--- ").append(process.log().getFileName()).append('\n');
        all.append(String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size())));
        all.append('\n');
      } catch (IOException e) {
        all.append(e.getMessage());
      }
    }
    return all.toString();
  }
}
