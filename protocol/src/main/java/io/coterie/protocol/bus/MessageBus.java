package io.coterie.protocol.bus;

import java.util.function.Consumer;

/**
 * One MQTT client, as everything in Coterie sees it.
 *
 * <ul>
 *   <li>No method blocks on the network or throws because of it. All methods are thread-safe.
 *   <li>Handlers and listeners run on a thread of the bus, one at a time and in order. They must
 *       not block, and what they throw is logged and swallowed.
 *   <li>A message may arrive twice (QoS 1) or never (QoS 0): handlers are idempotent.
 *   <li>What is published while the bus is not connected is dropped and counted. State is soft:
 *       whoever owns it announces it again in {@link Listener#connected()}.
 *   <li>Subscriptions outlive connections: the bus renews them before {@code connected()} is
 *       called.
 * </ul>
 */
public interface MessageBus extends AutoCloseable {
  /** Is told when the connection is established and lost. */
  interface Listener {
    /** The connection stands and all subscriptions have been sent. */
    void connected();

    /** The connection is lost. The bus tries to reconnect until it is closed. */
    default void disconnected(String reason) {}
  }

  /**
   * Registers the listener and starts connecting; keeps trying until closed.
   *
   * @throws IllegalStateException if called twice
   */
  void start(Listener listener);

  /** Sends a message, or drops and counts it where there is no connection. */
  void publish(Message message);

  /**
   * Hands every message on a topic that the filter covers to the handler, retained ones first. A
   * second subscription to the same filter replaces the first.
   */
  void subscribe(String filter, int qos, Consumer<Message> handler);

  /** Ends the subscription to exactly this filter, if there is one. */
  void unsubscribe(String filter);

  /**
   * Whether the broker has confirmed the subscription to exactly this filter on the connection that
   * stands: from then on nothing is missed.
   */
  boolean hears(String filter);

  /** Whether there is a connection at this moment. */
  boolean connected();

  /** Number of messages that were dropped instead of sent. */
  long dropped();

  /** Disconnects in good order, so that the will is not sent. Idempotent. */
  @Override
  void close();
}
