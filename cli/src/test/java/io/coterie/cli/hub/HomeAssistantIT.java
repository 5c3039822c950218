package io.coterie.cli.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandLines;
import io.coterie.cli.LocalMosquitto;
import io.coterie.client.FleetClient;
import io.coterie.lab.processes.FreePorts;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Home Assistant sees of a running hub, on brokers as they are. */
final class HomeAssistantIT {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);
  private static final String NAME = "meter";
  private static final String DEVICE = "homeassistant/device/coterie_deployment-meter/config";
  private static final String BOARD = "kitchen";
  private static final String BOARD_DEVICE = "homeassistant/device/coterie_agent-kitchen/config";
  private static final String CAPABILITY =
      "{\"incarnation\":1,\"software\":\"1\",\"hardware\":\"Raspberry Pi 4\",\"arch\":\"aarch64\","
          + "\"cores\":4,\"memoryBytes\":64000000,\"flopsPerSecond\":1e9,\"uplinkBitsPerSecond\":2e7,"
          + "\"failureProbability\":0.05,\"hub\":false,\"term\":0,\"epoch\":0}";
  private static final int TIMEOUT_S = 30;

  private final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
  @TempDir Path folder;

  @Test
  void announcesOnTheHubsOwnBroker() throws Exception {
    int port = FreePorts.free();
    announces("mqtt://127.0.0.1:" + port, List.of("--port", Integer.toString(port)));
  }

  @Test
  void announcesOnMosquitto() throws Exception {
    Optional<LocalMosquitto> mosquitto = LocalMosquitto.start();
    Assumptions.assumeTrue(mosquitto.isPresent(), LocalMosquitto.MISSING);
    try (LocalMosquitto running = mosquitto.get()) {
      announces(running.address(), List.of("--broker", running.address()));
    }
  }

  private void announces(String broker, List<String> where) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("up", "--http-port", "0", "--state"));
    arguments.add(folder.resolve("hub").toString());
    arguments.addAll(where);
    try (HubProcess hub = new HubProcess(folder, "hub", arguments).start();
        MessageBus bus =
            BrokerOption.connect(List.of(URI.create(broker)), "test", 60_000, () -> "");
        FleetClient client =
            FleetClient.connect(
                ConnectionOptions.of(List.of(URI.create(broker)), "deploy"),
                TOPICS,
                Duration.ofSeconds(TIMEOUT_S))) {
      bus.subscribe("homeassistant/#", 1, heard::add);
      bus.subscribe(TOPICS.of(Topic.DEPLOYMENT_SPEC, NAME), 1, heard::add);
      deploy(client);
      Message announced = await(hub, DEVICE, message -> message.payload().length > 0);
      assertTrue(announced.text().contains("\"platform\":\"sensor\""), announced.text());
      assertRetained(broker, announced.text());

      bus.publish(Message.to("homeassistant/status").payload("online").qos(1).build());
      assertEquals(announced.text(), await(hub, DEVICE, message -> true).text());

      reportTemperature(bus);
      await(hub, BOARD_DEVICE, message -> message.text().contains("\"temperature\""));

      String deadline = TOPICS.of(Topic.DEPLOYMENT_SETTING, NAME, "deadline");
      bus.publish(Message.to(deadline).payload("321").qos(1).build());
      await(hub, TOPICS.of(Topic.DEPLOYMENT_SPEC, NAME), HomeAssistantIT::isSet);

      assertEquals(0, CommandLines.execute(List.of("undeploy", NAME, "--broker", broker)));
      await(hub, DEVICE, message -> message.payload().length == 0);
    }
  }

  private static void deploy(FleetClient client) throws Exception {
    Bundle bundle = Bundle.open(Path.of("../models/zoo/meter-digits"));
    client.publish(bundle);
    client.publish(NAME, DeploymentSpec.rocoin(bundle.digest(), 500, 0.9));
  }

  /** As a board with a sensor does. */
  private static void reportTemperature(MessageBus bus) {
    publish(bus, Topic.AGENT_CAPABILITY, CAPABILITY, true);
    publish(bus, Topic.AGENT_STATE, "{\"state\":\"online\",\"incarnation\":1}", true);
    publish(
        bus,
        Topic.AGENT_REPORT,
        "{\"incarnation\":1,\"queued\":0,\"droppedFrames\":0,\"failures\":0,\"models\":[],"
            + "\"board\":{\"temperatureCelsius\":48.5}}",
        false);
  }

  private static void publish(MessageBus bus, Topic topic, String json, boolean retained) {
    bus.publish(
        Message.to(TOPICS.of(topic, BOARD)).payload(json).qos(1).retained(retained).build());
  }

  private static boolean isSet(Message spec) {
    try {
      return Json.read(spec.payload(), DeploymentSpec.class).deadlineMs() == 321;
    } catch (Exception e) {
      return false;
    }
  }

  /** Who comes later finds it too. */
  private static void assertRetained(String broker, String text) throws Exception {
    BlockingQueue<Message> kept = new LinkedBlockingQueue<>();
    try (MessageBus late =
        BrokerOption.connect(List.of(URI.create(broker)), "late", 60_000, () -> "")) {
      late.subscribe(DEVICE, 1, kept::add);
      Message message = kept.poll(TIMEOUT_S, TimeUnit.SECONDS);
      assertNotNull(message, "nothing retained");
      assertTrue(message.retained());
      assertEquals(text, message.text());
    }
  }

  private Message await(HubProcess hub, String topic, Predicate<Message> wanted)
      throws InterruptedException {
    long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
    while (true) {
      Message message = heard.poll(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      assertNotNull(message, "not heard: " + topic + ", see " + hub.log());
      if (message.topic().equals(topic) && wanted.test(message)) {
        return message;
      }
    }
  }
}
