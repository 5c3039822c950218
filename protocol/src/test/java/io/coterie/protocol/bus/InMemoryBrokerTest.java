package io.coterie.protocol.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class InMemoryBrokerTest extends MessageBusContract {
  private final InMemoryBroker broker = new InMemoryBroker();

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
    MessageBus watcher = broker.client();
    watcher.subscribe("will/+", 1, message -> wills.add(message.text()));
    watcher.start(() -> {});
    InMemoryBroker.Client crashing = clientWithWill("1");
    MessageBus closing = clientWithWill("2");
    crashing.start(() -> {});
    closing.start(() -> {});
    crashing.crash();
    closing.close();
    broker.deliverAll();
    assertEquals(List.of("1"), wills);
  }

  @Test
  void forgetsRetainedMessagesAndReconnectsClientsOnARestart() {
    List<String> events = new ArrayList<>();
    MessageBus bus = broker.client();
    bus.start(() -> events.add("connected"));
    bus.publish(Message.to("r").payload("x").retained(true).build());
    broker.deliverAll();
    broker.restartEmpty();
    broker.deliverAll();
    assertEquals(List.of("connected", "connected"), events);
    assertTrue(broker.retained("r").isEmpty());
  }

  private InMemoryBroker.Client clientWithWill(String text) {
    return broker.client(Optional.of(Message.to("will/" + text).payload(text).build()));
  }
}
