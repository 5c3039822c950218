package io.coterie.protocol.bus;

import io.coterie.protocol.topic.Topics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A broker within one thread, for tests and simulation: retained messages, wills, and clients that
 * crash. Messages are delivered by {@link #deliverAll()}, in the order they were published.
 *
 * <p>Not thread-safe.
 */
public final class InMemoryBroker {
  private final Map<String, Message> retained = new LinkedHashMap<>();
  private final List<Client> clients = new ArrayList<>();
  private final Queue<Runnable> deliveries = new ArrayDeque<>();

  /** A new client, with a will or without. */
  public Client client(Optional<Message> will) {
    return new Client(will);
  }

  /** A new client without a will. */
  public Client client() {
    return client(Optional.empty());
  }

  /** The retained message on a topic. */
  public Optional<Message> retained(String topic) {
    return Optional.ofNullable(retained.get(topic));
  }

  /** Delivers until nothing is left to deliver, including what handlers publish meanwhile. */
  public void deliverAll() {
    for (Runnable next = deliveries.poll(); next != null; next = deliveries.poll()) {
      next.run();
    }
  }

  /** Forgets everything retained and drops every connection, as a broker that starts anew does. */
  public void restartEmpty() {
    retained.clear();
    deliveries.clear();
    List<Client> before = List.copyOf(clients);
    before.forEach(client -> client.lose("broker restarted"));
    before.forEach(Client::connect);
  }

  private void accept(Message message) {
    if (message.retained()) {
      if (message.payload().length == 0) {
        retained.remove(message.topic());
      } else {
        retained.put(message.topic(), message);
      }
    }
    for (Client client : clients) {
      deliveries.add(() -> client.receive(message));
    }
  }

  /** One client of the broker. */
  public final class Client implements MessageBus {
    private final Optional<Message> will;
    private final Subscriptions subscriptions = new Subscriptions();
    private Listener listener;
    private boolean connected;
    private long dropped;

    private Client(Optional<Message> will) {
      this.will = will;
    }

    @Override
    public void start(Listener newListener) {
      if (listener != null) {
        throw new IllegalStateException("started twice");
      }
      listener = newListener;
      connect();
    }

    private void connect() {
      connected = true;
      clients.add(this);
      subscriptions.filters().forEach((filter, qos) -> sendRetained(filter));
      deliveries.add(() -> listener.connected());
    }

    /** Loses the connection without a goodbye: the will is published. */
    public void crash() {
      if (connected) {
        lose("crashed");
        will.ifPresent(InMemoryBroker.this::accept);
      }
    }

    private void lose(String reason) {
      connected = false;
      clients.remove(this);
      listener.disconnected(reason);
    }

    private void receive(Message message) {
      if (connected) {
        subscriptions.deliver(message);
      }
    }

    private void sendRetained(String filter) {
      for (Message message : List.copyOf(retained.values())) {
        if (Topics.matches(filter, message.topic())) {
          deliveries.add(() -> subscriptions.deliver(message, filter));
        }
      }
    }

    @Override
    public void publish(Message message) {
      if (connected) {
        accept(message);
      } else {
        dropped++;
      }
    }

    @Override
    public void subscribe(String filter, int qos, Consumer<Message> handler) {
      subscriptions.put(filter, qos, handler);
      if (connected) {
        sendRetained(filter);
      }
    }

    @Override
    public void unsubscribe(String filter) {
      subscriptions.remove(filter);
    }

    @Override
    public boolean hears(String filter) {
      return connected && subscriptions.filters().containsKey(filter);
    }

    @Override
    public boolean connected() {
      return connected;
    }

    @Override
    public long dropped() {
      return dropped;
    }

    @Override
    public void close() {
      if (connected) {
        lose("closed");
      }
    }
  }
}
