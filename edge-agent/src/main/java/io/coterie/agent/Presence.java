package io.coterie.agent;

import io.coterie.protocol.message.Availability;
import java.util.function.Consumer;

/**
 * Whether an agent takes part: it does not where it was asked to drain, and while something in it
 * does not come back. What is published last is what holds, whoever changes it.
 *
 * <p>Thread-safe.
 */
final class Presence {
  private final Consumer<Availability> publisher;
  private boolean draining;
  private boolean hanging;

  /**
   * Takes part.
   *
   * @param publisher must not block
   */
  Presence(Consumer<Availability> publisher) {
    this.publisher = publisher;
  }

  /** Says so again. */
  synchronized void announce() {
    publisher.accept(draining || hanging ? Availability.DRAINING : Availability.ONLINE);
  }

  /** Whether it was asked to drain. */
  synchronized boolean draining() {
    return draining;
  }

  /**
   * Drains, or takes part again.
   *
   * @return whether that is new
   */
  synchronized boolean drain(boolean now) {
    boolean changed = now != draining;
    draining = now;
    if (changed) {
      announce();
    }
    return changed;
  }

  /** Whether something does not come back. */
  synchronized boolean hanging() {
    return hanging;
  }

  synchronized void hang(boolean now) {
    hanging = now;
    announce();
  }
}
