package io.coterie.cli.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandLines;
import io.coterie.client.FleetClient;
import io.coterie.hub.Hub;
import io.coterie.hub.HubOptions;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code coterie board} at a hub, whose own agent is the board. */
final class BoardIT {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);

  @TempDir private Path folder;
  private final BlockingQueue<Assignment> assignments = new LinkedBlockingQueue<>();
  private Hub hub;
  private MessageBus bus;

  @BeforeEach
  void start() throws Exception {
    hub = Hub.start(HubOptions.local(folder));
    bus = BrokerOption.connect(List.of(hub.address()), "test", 20_000, () -> "");
    bus.subscribe(TOPICS.of(Topic.AGENT_ASSIGNMENT, "hub"), 1, this::heard);
    ConnectionOptions options = ConnectionOptions.of(List.of(hub.address()), "deploy");
    try (FleetClient client = FleetClient.connect(options, TOPICS, Duration.ofSeconds(20))) {
      Bundle bundle = Bundle.open(Path.of("../models/zoo/meter-digits"));
      client.publish(bundle);
      client.publish("meter", DeploymentSpec.rocoin(bundle.digest(), 30_000, 0.9));
      awaitFusers(1);
    }
  }

  private void heard(Message message) {
    try {
      assignments.add(Json.read(message.payload(), Assignment.class));
    } catch (JsonException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitFusers(int count) throws Exception {
    Assignment next;
    do {
      next = assignments.poll(20, TimeUnit.SECONDS);
      assertNotNull(next, "no assignment with " + count + " fusers");
    } while (next.fusers().size() != count);
  }

  @AfterEach
  void stop() {
    bus.close();
    hub.close();
  }

  private String fails(String... words) {
    StringWriter err = new StringWriter();
    CommandLine line = CommandLines.commandLine().setErr(new PrintWriter(err, true));
    assertEquals(1, line.execute(arguments(words)));
    return err.toString();
  }

  private int run(String... words) {
    return CommandLines.execute(List.of(arguments(words)));
  }

  private String[] arguments(String... words) {
    return new String[] {"board", words[0], words[1], "--broker", hub.address().toString()};
  }

  @Test
  void takesABoardOutOfPlansAndBackIn() throws Exception {
    assertTrue(fails("drain", "attic").contains("no board 'attic': there is hub"));
    assertEquals(0, run("identify", "hub"));
    assertEquals(0, run("drain", "hub"));
    awaitFusers(0);
    assertEquals(0, run("drain", "hub"));
    assertEquals(0, run("resume", "hub"));
    awaitFusers(1);
  }
}
