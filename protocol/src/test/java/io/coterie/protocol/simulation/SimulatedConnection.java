package io.coterie.protocol.simulation;

import io.coterie.protocol.bus.Message;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** One connection of one client, as the broker and the client each see it. */
final class SimulatedConnection {
  final SimulatedClient client;
  final SimulatedBroker broker;
  final String clientId;
  final Optional<Message> will;

  /** From the client to the broker. */
  final SimulatedLink up;

  /** From the broker to the client. */
  final SimulatedLink down;

  /** What the client subscribed to, as the broker knows. */
  final Set<String> filters = new LinkedHashSet<>();

  /** What the broker confirmed, as the client knows. */
  final Set<String> confirmed = new LinkedHashSet<>();

  SimulatedConnection(
      SimulatedClient client,
      SimulatedMachine machine,
      SimulatedBroker broker,
      String clientId,
      Optional<Message> will) {
    this.client = client;
    this.broker = broker;
    this.clientId = clientId;
    this.will = will;
    up = new SimulatedLink(machine, broker.machine());
    down = new SimulatedLink(machine, broker.machine());
  }
}
