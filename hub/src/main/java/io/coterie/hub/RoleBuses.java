package io.coterie.hub;

import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.MovableBus;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The buses of the roles in a standby hub's process, which move between the first hub's broker and
 * its own.
 *
 * <p>Thread-safe.
 */
final class RoleBuses {
  private record Role(MovableBus bus, Supplier<MessageBus> usual) {}

  private final Supplier<MessageBus> own;
  private final Executor closing;
  private final Map<String, Role> roles = new HashMap<>();
  private boolean atOwn;

  /**
   * Begins at the first hub's broker.
   *
   * @param own makes a bus of the own broker
   */
  RoleBuses(Supplier<MessageBus> own) {
    this(own, new CompletableFuture<Void>().defaultExecutor());
  }

  /** The same, with another one than a thread beside to close the buses that were left. */
  RoleBuses(Supplier<MessageBus> own, Executor closing) {
    this.own = own;
    this.closing = closing;
  }

  /**
   * A bus for a role, in place of the one it had before.
   *
   * @param usual connects to the first hub's broker
   */
  synchronized MessageBus create(String role, Supplier<MessageBus> usual) {
    MovableBus bus = new MovableBus(atOwn ? own.get() : usual.get(), closing);
    roles.put(role, new Role(bus, usual));
    return bus;
  }

  synchronized void moveToOwn() {
    atOwn = true;
    roles.values().forEach(role -> role.bus().moveTo(own.get()));
  }

  synchronized void moveToUsual() {
    atOwn = false;
    roles.values().forEach(role -> role.bus().moveTo(role.usual().get()));
  }
}
