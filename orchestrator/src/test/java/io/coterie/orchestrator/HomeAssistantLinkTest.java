package io.coterie.orchestrator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.fleet.FleetOnTheWire;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.simulation.SimulatedMachine;
import io.coterie.protocol.simulation.VirtualLoop;
import io.coterie.protocol.simulation.VirtualTime;
import io.coterie.protocol.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HomeAssistantLinkTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String METER = "homeassistant/device/coterie_deployment-meter/config";
  private static final String SPEC = "coterie/deployments/meter/spec";

  private final SimulatedBroker broker = new SimulatedBroker();
  private final MessageBus home = broker.client();
  private final List<Message> heard = new ArrayList<>();
  private final FleetOnTheWire fleet = new FleetOnTheWire(broker);
  private final VirtualTime time = new VirtualTime(1);
  private HomeAssistantLink link;

  @BeforeEach
  void start() {
    home.subscribe("homeassistant/#", 1, heard::add);
    home.start(() -> {});
    broker.deliverAll();
    link = link();
    fleet.start();
    leads("hub");
    fleet.deploy();
  }

  private HomeAssistantLink link() {
    SimulatedMachine hub = new SimulatedMachine(time, "hub");
    hub.start();
    HomeAssistantLink made =
        new HomeAssistantLink(
            new Topics("coterie"), "hub", broker.client(), new VirtualLoop(hub), () -> {});
    made.start();
    broker.deliverAll();
    return made;
  }

  @AfterEach
  void close() {
    link.close();
    fleet.close();
    home.close();
  }

  private void leads(String id) {
    OrchestratorState state = new OrchestratorState(Availability.ONLINE, 1, id);
    publish("coterie/orchestrator/state", Json.write(state), true);
  }

  private void publish(String topic, String payload, boolean retained) {
    home.publish(Message.to(topic).payload(payload).qos(1).retained(retained).build());
    broker.deliverAll();
  }

  private void passes(long seconds) {
    time.run(seconds * SECOND, () -> {});
    broker.deliverAll();
  }

  private List<String> devices() {
    List<String> topics =
        heard.stream().map(Message::topic).filter(topic -> topic.endsWith("/config")).toList();
    heard.clear();
    return topics;
  }

  @Test
  void announcesRetainedWithQos1() {
    passes(1);
    Message message = broker.retained(METER).orElseThrow();
    assertEquals(1, message.qos());
    assertTrue(message.text().contains("\"platform\":\"sensor\""));
    assertEquals(5, devices().size());
    passes(1);
    assertEquals(List.of(), devices());
  }

  @Test
  void announcesAgainAfterHomeAssistantHasStarted() {
    passes(1);
    devices();
    publish("homeassistant/status", "offline", false);
    passes(20);
    assertEquals(List.of(), devices());
    publish("homeassistant/status", "online", false);
    passes(6);
    assertEquals(5, devices().size());
    passes(20);
    assertEquals(List.of(), devices());
  }

  @Test
  void takesADeploymentBackThatHasEnded() {
    passes(1);
    publish(SPEC, "", true);
    passes(1);
    assertFalse(broker.retained(METER).isPresent());
  }

  @Test
  void takesADeploymentBackThatEndedWhileNoHubRan() {
    passes(1);
    link.close();
    publish(SPEC, "", true);
    link = link();
    passes(1);
    assertTrue(broker.retained(METER).isPresent());
    passes(10);
    assertFalse(broker.retained(METER).isPresent());
  }

  @Test
  void takesAnAgentBackThatIsForgotten() {
    passes(1);
    String agent = "homeassistant/device/coterie_agent-a/config";
    assertTrue(broker.retained(agent).isPresent());
    publish("coterie/agents/a/capability", "", true);
    publish("coterie/agents/a/state", "", true);
    passes(1);
    assertFalse(broker.retained(agent).isPresent());
  }

  @Test
  void announcesEverythingToABrokerThatForgot() {
    passes(1);
    devices();
    broker.restart(0);
    broker.deliverAll();
    passes(1);
    assertEquals(List.of(), devices());
    leads("hub");
    fleet.deploy();
    passes(1);
    assertEquals(5, devices().size());
  }

  @Test
  void leavesAnnouncingToTheHubThatLeads() {
    leads("other");
    passes(1);
    assertEquals(List.of(), devices());
    leads("hub");
    passes(1);
    assertEquals(5, devices().size());
  }

  /** From the board's report to the entity, over the broker. */
  @Test
  void announcesATemperatureOnceABoardTellsIt() {
    passes(1);
    assertEquals(List.of(), withTemperature());
    heard.clear();
    fleet.everything();
    passes(1);
    assertEquals(List.of("homeassistant/device/coterie_agent-a/config"), withTemperature());
    heard.clear();
    fleet.everything();
    passes(1);
    assertEquals(List.of(), heard, "a report that tells nothing new changes no announcement");
  }

  private List<String> withTemperature() {
    return heard.stream()
        .filter(message -> message.text().contains("\"temperature\""))
        .map(Message::topic)
        .toList();
  }

  @Test
  void setsTheDeadline() throws Exception {
    publish("coterie/deployments/meter/set/deadline", "250", false);
    assertEquals(250, deadlineMs());
  }

  @Test
  void aRetainedSettingIsNotTakenAgainByAHubThatStartsLater() throws Exception {
    publish("coterie/deployments/meter/set/deadline", "250", true);
    assertEquals(250, deadlineMs());
    publish("coterie/deployments/meter/set/deadline", "400", false);
    link.close();
    link = link();
    assertEquals(400, deadlineMs());
  }

  private long deadlineMs() throws Exception {
    byte[] spec = broker.retained(SPEC).orElseThrow().payload();
    return Json.read(spec, DeploymentSpec.class).deadlineMs();
  }

  @Test
  void leavesTheSpecAloneWhereASettingIsNone() {
    String before = broker.retained(SPEC).orElseThrow().text();
    publish("coterie/deployments/meter/set/deadline", "soon", false);
    publish("coterie/deployments/meter/set/deadline", "", false);
    publish("coterie/deployments/meter/set/colour", "7", false);
    publish("coterie/agents/a/state", "no JSON", true);
    assertEquals(before, broker.retained(SPEC).orElseThrow().text());
    passes(1);
    assertEquals(5, devices().size());
  }
}
