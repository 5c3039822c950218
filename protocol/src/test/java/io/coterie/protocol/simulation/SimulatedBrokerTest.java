package io.coterie.protocol.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.MessageBusContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SimulatedBrokerTest extends MessageBusContract {
  private final SimulatedBroker broker = new SimulatedBroker();

  @Override
  protected MessageBus newBus(String clientId) {
    return broker.client();
  }

  @Override
  protected void pump() {
    broker.deliverAll();
  }

  @Test
  void publishesTheWillOfACrashedClientOnly() {
    List<String> wills = new ArrayList<>();
    MessageBus watcher = broker.connectedClient();
    watcher.subscribe("will/+", 1, message -> wills.add(message.text()));
    SimulatedClient crashing = clientWithWill("1");
    MessageBus closing = clientWithWill("2");
    broker.deliverAll();
    crashing.abandon();
    closing.close();
    broker.deliverAll();
    assertEquals(List.of("1"), wills);
  }

  @Test
  void forgetsRetainedMessagesAndReconnectsClientsOnARestart() {
    List<String> events = new ArrayList<>();
    MessageBus bus = broker.client();
    bus.start(() -> events.add("connected"));
    broker.deliverAll();
    bus.publish(Message.to("r").payload("x").retained(true).build());
    broker.deliverAll();
    assertTrue(broker.retained("r").isPresent());
    broker.restart(0);
    broker.deliverAll();
    assertEquals(List.of("connected", "connected"), events);
    assertTrue(broker.retained("r").isEmpty());
  }

  private SimulatedClient clientWithWill(String text) {
    SimulatedClient client =
        broker.client(Optional.of(Message.to("will/" + text).payload(text).build()));
    client.start(() -> {});
    return client;
  }
}
