package io.coterie.protocol.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.coterie.protocol.simulation.SimulatedBroker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MovableBusTest extends MessageBusContract {
  private final SimulatedBroker first = new SimulatedBroker();
  private final SimulatedBroker second = new SimulatedBroker();
  private final List<String> events = new ArrayList<>();

  @Override
  protected MessageBus newBus(String clientId) {
    return new MovableBus(first.client(), Runnable::run);
  }

  @Override
  protected void pump() {
    first.deliverAll();
    second.deliverAll();
  }

  @Test
  void movesSubscriptionsAndListener() {
    MovableBus bus = new MovableBus(first.client(), Runnable::run);
    bus.subscribe("kept/+", 1, message -> events.add(message.text()));
    bus.subscribe("given-up", 1, message -> events.add("given up: " + message.text()));
    bus.unsubscribe("given-up");
    bus.start(new Events());
    pump();
    MessageBus user = second.connectedClient();
    user.publish(Message.to("kept/1").payload("retained").retained(true).build());
    bus.moveTo(second.client());
    pump();
    user.publish(Message.to("kept/2").payload("live").build());
    user.publish(Message.to("given-up").payload("x").build());
    pump();
    assertEquals(List.of("connected", "disconnected", "connected", "retained", "live"), events);
  }

  @Test
  void dropsWhatTheBrokerBeforeStillDelivers() {
    MovableBus bus = new MovableBus(first.client(), Runnable::run);
    bus.subscribe("t", 1, message -> events.add(message.text()));
    bus.start(() -> {});
    pump();
    MessageBus user = first.connectedClient();
    user.publish(Message.to("t").payload("late").build());
    bus.moveTo(second.client());
    pump();
    assertEquals(List.of(), events);
  }

  @Test
  void mayBeMovedBeforeItIsStarted() {
    MovableBus bus = new MovableBus(first.client(), Runnable::run);
    bus.moveTo(second.client());
    assertFalse(bus.connected());
    bus.start(new Events());
    pump();
    assertEquals(List.of("connected"), events);
  }

  private final class Events implements MessageBus.Listener {
    @Override
    public void connected() {
      events.add("connected");
    }

    @Override
    public void disconnected(String reason) {
      events.add("disconnected");
    }
  }
}
