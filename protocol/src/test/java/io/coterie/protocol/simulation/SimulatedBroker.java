package io.coterie.protocol.simulation;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.runtime.EventLoop;
import io.coterie.protocol.topic.Topics;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker in a machine's process, in virtual time: retained messages, wills, clients that are
 * given up, messages of QoS 1 that arrive twice, and restarts after which nothing is remembered.
 */
public final class SimulatedBroker {
  private static final Logger log = LoggerFactory.getLogger(SimulatedBroker.class);

  private static final long DELIVERY_NS = 1_500 * VirtualTime.MS;

  private final SimulatedMachine machine;
  private final VirtualTime time;
  private final double duplicateFraction;
  private final Map<String, Message> retained = new LinkedHashMap<>();
  private final List<SimulatedConnection> connections = new ArrayList<>();
  private final Map<String, Map<String, Boolean>> matches = new HashMap<>();
  private final List<BiConsumer<String, Message>> observers = new ArrayList<>();
  private final List<InProcess> buses = new ArrayList<>();
  private BiPredicate<String, Message> filter = (client, message) -> true;
  private Consumer<RuntimeException> failed = e -> log.error("handler failed", e);
  private int machines;
  private boolean open = true;

  /** An empty broker with a time of its own that delivers nothing twice, for tests of one class. */
  public SimulatedBroker() {
    this(new SimulatedMachine(new VirtualTime(1), "broker"), 0);
    machine.start();
  }

  /**
   * An empty broker that runs whenever the machine's process does.
   *
   * @param duplicateFraction of the messages of QoS 1 that arrive twice
   */
  public SimulatedBroker(SimulatedMachine machine, double duplicateFraction) {
    this.machine = machine;
    this.duplicateFraction = duplicateFraction;
    time = machine.time();
    machine.add(this);
  }

  public SimulatedMachine machine() {
    return machine;
  }

  @Override
  public String toString() {
    return machine.name();
  }

  URI address() {
    return URI.create("mqtt://" + machine.name());
  }

  List<SimulatedConnection> connections() {
    return List.copyOf(connections);
  }

  /** A client on a machine of its own, not yet started, with a will or without. */
  public SimulatedClient client(Optional<Message> will) {
    SimulatedMachine own = newMachine();
    return client(own, own.name(), will);
  }

  private SimulatedMachine newMachine() {
    SimulatedMachine created = new SimulatedMachine(time, "machine-" + machines++);
    created.start();
    return created;
  }

  /** An event loop on a machine of its own, for which time passes with deliveries. */
  public EventLoop loop() {
    return new VirtualLoop(newMachine());
  }

  /** A client without a will, on a machine of its own, not yet started. */
  public SimulatedClient client() {
    return client(Optional.empty());
  }

  /** The same, connected. */
  public SimulatedClient connectedClient() {
    SimulatedClient client = client();
    client.start(() -> {});
    deliverAll();
    return client;
  }

  /** Lets so much time pass that everything sent has arrived and clients are connected again. */
  public void deliverAll() {
    time.run(DELIVERY_NS, () -> {});
  }

  /** Who hears of what a client's handlers throw, in place of the log. */
  public void onFailure(Consumer<RuntimeException> consumer) {
    failed = consumer;
  }

  void failed(RuntimeException e) {
    failed.accept(e);
  }

  /** A client in the machine's process, not yet started; it ends with the process. */
  public SimulatedClient client(SimulatedMachine from, String id, Optional<Message> will) {
    return new SimulatedClient(List.of(this), from, id, will);
  }

  /**
   * From now on, and until the broker is killed, decides which messages are accepted, given the
   * client's identifier, which is empty for what is published in the broker's own process.
   */
  public void setPublishFilter(BiPredicate<String, Message> newFilter) {
    filter = newFilter;
  }

  /** A bus in the broker's own process, which ends with it: in order, and at once. */
  public MessageBus bus() {
    return new InProcess();
  }

  private final class InProcess implements MessageBus {
    private final Map<String, Consumer<Message>> handlers = new LinkedHashMap<>();
    private final Deque<Runnable> deliveries = new ArrayDeque<>();
    private boolean connected;
    private long dropped;

    @Override
    public void start(Listener listener) {
      connected = true;
      buses.add(this);
      List.copyOf(handlers.keySet()).forEach(this::deliverRetained);
      deliver(listener::connected);
    }

    /** Whoever publishes does not wait for those who hear it. */
    private void deliver(Runnable delivery) {
      deliveries.add(delivery);
      if (deliveries.size() == 1) {
        machine.after(0, this::deliverAll);
      }
    }

    private void deliverAll() {
      for (Runnable next = deliveries.peek(); next != null; next = deliveries.peek()) {
        next.run();
        deliveries.remove();
      }
    }

    private void deliverRetained(String topicFilter) {
      retained.values().stream()
          .filter(message -> matches(topicFilter, message.topic()))
          .forEach(message -> deliver(() -> handle(topicFilter, message)));
    }

    private void handle(String topicFilter, Message message) {
      Consumer<Message> handler = handlers.get(topicFilter);
      if (connected && handler != null) {
        handler.accept(message);
      }
    }

    void receive(Message message) {
      for (String topicFilter : handlers.keySet()) {
        if (matches(topicFilter, message.topic())) {
          deliver(() -> handle(topicFilter, message));
        }
      }
    }

    @Override
    public void publish(Message message) {
      if (!connected) {
        dropped++;
      } else if (filter.test("", message)) {
        accept("", message);
      }
    }

    @Override
    public void subscribe(String topicFilter, int qos, Consumer<Message> handler) {
      handlers.put(topicFilter, handler);
      if (connected) {
        deliverRetained(topicFilter);
      }
    }

    @Override
    public void unsubscribe(String topicFilter) {
      handlers.remove(topicFilter);
    }

    @Override
    public boolean hears(String topicFilter) {
      return connected && handlers.containsKey(topicFilter);
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
      connected = false;
      buses.remove(this);
    }
  }

  /**
   * Whether anybody within this process, or a client whose identifier begins so, has a subscription
   * to exactly this filter.
   */
  public boolean isSubscribed(String clientPrefix, String topicFilter) {
    return buses.stream().anyMatch(bus -> bus.hears(topicFilter))
        || connections.stream()
            .anyMatch(
                connection ->
                    connection.clientId.startsWith(clientPrefix)
                        && connection.filters.contains(topicFilter));
  }

  /** Hears of every message that the broker accepts, with its client's identifier. */
  public void observe(BiConsumer<String, Message> observer) {
    observers.add(observer);
  }

  /** The retained message on a topic. */
  public Optional<Message> retained(String topic) {
    return Optional.ofNullable(retained.get(topic));
  }

  /** Its process is killed, and starts anew after a while. */
  public void restart(long downNs) {
    machine.crash();
    time.after(downNs, machine::start);
  }

  /** Its process has ended: no wills, nothing retained; its clients notice or do not. */
  void end(BiConsumer<SimulatedClient, SimulatedConnection> noticed) {
    forget();
    buses.forEach(bus -> bus.connected = false);
    buses.clear();
    filter = (client, message) -> true;
    for (SimulatedConnection connection : connections()) {
      connections.remove(connection);
      connection.up.close();
      noticed.accept(connection.client, connection);
    }
  }

  /** Forgets every retained message. */
  public void forget() {
    retained.clear();
  }

  /** Lets clients in, as at first, or sends them away and lets none in. */
  public void setOpen(boolean newOpen) {
    open = newOpen;
    if (!open) {
      connections().forEach(this::drop);
    }
  }

  /** Whether clients are let in while it runs. */
  public boolean isOpen() {
    return open;
  }

  /** Whether its machine says at once that nobody listens. */
  boolean refuses() {
    return machine.isReachable() && !(machine.isUp() && open);
  }

  /** A client's CONNECT arrived; it takes the place of an earlier one of the same identifier. */
  void connected(SimulatedConnection connection) {
    if (refuses()) {
      connection.client.isToldOfTheEnd(connection);
      return;
    }
    machine.receive(
        () -> {
          connections().stream()
              .filter(earlier -> earlier.clientId.equals(connection.clientId))
              .forEach(this::drop);
          connections.add(connection);
          connection.down.send(() -> connection.client.stands(connection));
        });
  }

  /** Gives a connection up, or learns of its end: its will is published a moment later. */
  void close(SimulatedConnection connection) {
    machine.receive(() -> drop(connection));
  }

  private void drop(SimulatedConnection connection) {
    if (connections.remove(connection)) {
      connection.up.close();
      connection.client.isToldOfTheEnd(connection);
      machine.after(
          time.between(1, 25),
          () -> connection.will.ifPresent(will -> accept(connection.clientId, will)));
    }
  }

  /** A client said goodbye: no will. */
  void bid(SimulatedConnection connection) {
    machine.receive(
        () -> {
          if (connections.remove(connection)) {
            connection.up.close();
          }
        });
  }

  void subscribed(SimulatedConnection connection, String filter) {
    machine.receive(() -> subscribe(connection, filter));
  }

  private void subscribe(SimulatedConnection connection, String filter) {
    if (!connections.contains(connection)) {
      return;
    }
    connection.filters.add(filter);
    List<Message> old =
        new ArrayList<>(
            retained.values().stream().filter(m -> matches(filter, m.topic())).toList());
    Collections.shuffle(old, new Random(time.random().nextLong()));
    connection.down.send(() -> connection.client.confirmed(connection, filter));
    old.forEach(message -> send(connection, message));
  }

  void unsubscribed(SimulatedConnection connection, String filter) {
    machine.receive(() -> connection.filters.remove(filter));
  }

  void published(SimulatedConnection connection, Message message) {
    machine.receive(() -> publish(connection, message));
  }

  private void publish(SimulatedConnection connection, Message message) {
    if (!connections.contains(connection) || !filter.test(connection.clientId, message)) {
      return;
    }
    accept(connection.clientId, message);
    if (message.qos() > 0 && time.random().nextDouble() < duplicateFraction) {
      distribute(message);
    }
  }

  private void accept(String clientId, Message message) {
    if (message.retained()) {
      if (message.payload().length == 0) {
        retained.remove(message.topic());
      } else {
        retained.put(message.topic(), message);
      }
    }
    observers.forEach(observer -> observer.accept(clientId, message));
    distribute(message);
  }

  private void distribute(Message message) {
    Message live = message.retained() ? live(message) : message;
    buses.forEach(bus -> bus.receive(live));
    for (SimulatedConnection connection : connections) {
      for (String filter : connection.filters) {
        if (matches(filter, message.topic())) {
          send(connection, live);
          break;
        }
      }
    }
  }

  private void send(SimulatedConnection connection, Message message) {
    connection.down.send(() -> connection.client.arrived(connection, message));
    if (message.qos() > 0 && time.random().nextDouble() < duplicateFraction) {
      connection.down.send(() -> connection.client.arrived(connection, message));
    }
  }

  /** The retain flag is for those who subscribe later. */
  private static Message live(Message message) {
    Message.Builder live =
        Message.to(message.topic())
            .payload(message.payload())
            .qos(message.qos())
            .contentType(message.contentType())
            .responseTopic(message.responseTopic())
            .correlation(message.correlation())
            .expirySeconds(message.expirySeconds());
    message.properties().forEach(live::property);
    return live.build();
  }

  /** Remembered: the topics are few and the messages many. */
  boolean matches(String filter, String topic) {
    return matches
        .computeIfAbsent(filter, any -> new HashMap<>())
        .computeIfAbsent(topic, any -> Topics.matches(filter, topic));
  }
}
