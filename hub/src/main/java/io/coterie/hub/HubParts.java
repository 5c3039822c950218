package io.coterie.hub;

import io.coterie.protocol.bus.MessageBus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The running parts of a hub, whether it serves for good or stands by for another. */
interface HubParts extends Closer.Part {
  /** The broker in this process, if there is one. */
  Optional<HubBroker> broker();

  /** The ports of that broker that clients come to, without TLS and then with it; none without. */
  List<Integer> ports();

  /** Whether clients are let in at this moment. */
  boolean serves();

  /** A bus that is where the hub's roles are, for a part that only watches and tells. */
  MessageBus bus(String part);

  /** Completes with the reason when the hub's agent ends by itself. */
  CompletableFuture<String> ended();

  /** Tells again and again that the hub is alive, until it hangs or ends. */
  void pulse(long periodMs, Consumer<String> listener);
}
