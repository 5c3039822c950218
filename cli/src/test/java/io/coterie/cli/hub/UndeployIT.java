package io.coterie.cli.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandLines;
import io.coterie.client.FleetClient;
import io.coterie.hub.Hub;
import io.coterie.hub.HubOptions;
import io.coterie.orchestrator.HomeAssistantLink;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.HomeAssistant;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code coterie undeploy} at a hub whose own agent does everything but compute. */
final class UndeployIT {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);
  private static final String NAME = "meter";

  @TempDir private Path folder;
  private final Map<String, Message> retained = new ConcurrentHashMap<>();
  private final BlockingQueue<Message> changes = new LinkedBlockingQueue<>();
  private final BlockingQueue<Message> results = new LinkedBlockingQueue<>();
  private Hub hub;
  private HomeAssistantLink home;
  private MessageBus bus;

  @BeforeEach
  void start() throws Exception {
    hub = Hub.start(HubOptions.local(folder));
    List<URI> brokers = List.of(hub.address());
    home = new HomeAssistantLink(TOPICS, "hub", new PahoBus(ConnectionOptions.of(brokers, "home")));
    home.start();
    bus = BrokerOption.connect(brokers, "test", 20_000, () -> "");
    bus.subscribe(TOPICS.of(Topic.RESULT, NAME, "cam"), 1, results::add);
    for (String filter :
        List.of(
            HomeAssistant.DEVICES,
            TOPICS.filter(Topic.DEPLOYMENT_SPEC),
            TOPICS.filter(Topic.DEPLOYMENT_PLAN),
            TOPICS.filter(Topic.AGENT_ASSIGNMENT),
            TOPICS.of(Topic.AGENT_REPORT, "hub"))) {
      bus.subscribe(filter, 1, this::changed);
    }
  }

  private void changed(Message message) {
    if (message.payload().length == 0) {
      retained.remove(message.topic());
    } else {
      retained.put(message.topic(), message);
    }
    changes.add(message);
  }

  @AfterEach
  void stop() {
    bus.close();
    home.close();
    hub.close();
  }

  private void deploy() throws Exception {
    ConnectionOptions options = ConnectionOptions.of(List.of(hub.address()), "deploy");
    Duration patience = Duration.ofSeconds(20);
    try (FleetClient client = FleetClient.connect(options, TOPICS, patience)) {
      Bundle bundle = Bundle.open(Path.of("../models/zoo/meter-digits"));
      client.publish(bundle);
      client.publish(NAME, DeploymentSpec.rocoin(bundle.digest(), 30_000, 0.9));
      awaitChange(this::isAnnounced);
      assertTrue(client.await(now -> now.fused(NAME).isPresent(), patience), retained.toString());
    }
  }

  private Assignment assignment() throws Exception {
    Message message = retained.get(TOPICS.of(Topic.AGENT_ASSIGNMENT, "hub"));
    return message == null ? Assignment.NONE : Json.read(message.payload(), Assignment.class);
  }

  private boolean isAnnounced() {
    return retained.keySet().stream()
        .anyMatch(topic -> topic.startsWith("homeassistant/") && topic.contains(NAME));
  }

  private void awaitChange(BooleanSupplier wanted) throws Exception {
    while (!wanted.getAsBoolean()) {
      assertNotNull(changes.poll(20, TimeUnit.SECONDS), retained.toString());
    }
  }

  private int undeploy(String name) {
    return CommandLines.execute(List.of("undeploy", name, "--broker", hub.address().toString()));
  }

  private void send(String frame) {
    bus.publish(
        Message.to(TOPICS.of(Topic.INPUT, NAME, "cam"))
            .payload(new byte[3072])
            .property("dtype", "uint8")
            .qos(1)
            .correlation(frame.getBytes(StandardCharsets.UTF_8))
            .build());
  }

  private Result result() throws Exception {
    Message message = results.poll(20, TimeUnit.SECONDS);
    assertNotNull(message, "no result within 20 s");
    return Json.read(message.payload(), Result.class);
  }

  @Test
  void takesEverythingOfTheDeploymentAwayAndNothingElse() throws Exception {
    deploy();
    send("open");
    assertEquals(1, undeploy("other"));
    assertTrue(retained.containsKey(TOPICS.of(Topic.DEPLOYMENT_SPEC, NAME)));
    assertEquals(0, undeploy(NAME));
    assertEquals(List.of(), assignment().fusers());
    assertEquals(
        List.of(),
        retained.keySet().stream().filter(topic -> topic.contains("/" + NAME + "/")).toList());
    awaitChange(() -> !isAnnounced());
    Result open = result();
    assertEquals("open", open.frame(), "long before its deadline");
    assertEquals(Outcome.REJECTED, open.status(), open.toString());
    assertEquals("the deployment 'meter' has ended", open.reason());
    send("late");
    Result late = result();
    assertEquals(Outcome.REJECTED, late.status(), late.toString());
    assertTrue(late.reason().contains("it is not deployed"), late.reason());
  }
}
