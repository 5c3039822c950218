package io.coterie.hub;

import io.coterie.broker.EmbeddedBroker;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.MovableBus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The buses of the roles in a standby hub's process, which move between the first hub's broker and
 * its own.
 *
 * <p>Thread-safe.
 */
final class RoleBuses {
  private record Role(MovableBus bus, Supplier<MessageBus> usual) {}

  private final EmbeddedBroker own;
  private final UpstreamBroker usual;
  private final Map<String, Role> roles = new HashMap<>();
  private boolean atOwn;

  /**
   * Begins at the first hub's broker.
   *
   * @param usual the first hub's broker
   */
  RoleBuses(EmbeddedBroker own, UpstreamBroker usual) {
    this.own = own;
    this.usual = usual;
  }

  /** A bus for a role, in place of the one it had before. */
  synchronized MessageBus create(String role, String clientId, Message will) {
    return create(role, () -> usual.connect(clientId, will));
  }

  /** As {@link #create(String, String, Message)}, with another way to connect to the first hub. */
  synchronized MessageBus create(String role, Supplier<MessageBus> connection) {
    MovableBus bus = new MovableBus(atOwn ? own.bus() : connection.get());
    roles.put(role, new Role(bus, connection));
    return bus;
  }

  synchronized void moveToOwn() {
    atOwn = true;
    roles.values().forEach(role -> role.bus().moveTo(own.bus()));
  }

  synchronized void moveToUsual() {
    atOwn = false;
    roles.values().forEach(role -> role.bus().moveTo(role.usual().get()));
  }
}
