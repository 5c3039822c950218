package io.coterie.protocol.simulation;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.topic.Topics;
import java.util.ArrayList;
import java.util.Collections;
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
 * A broker in virtual time: retained messages, wills, clients that are given up, messages of QoS 1
 * that arrive twice, and restarts after which nothing is remembered.
 */
public final class SimulatedBroker {
  private static final Logger log = LoggerFactory.getLogger(SimulatedBroker.class);

  private static final long DELIVERY_NS = 1_500 * VirtualTime.MS;

  private final VirtualTime time;
  private final double duplicateFraction;
  private final Map<String, Message> retained = new LinkedHashMap<>();
  private final List<SimulatedConnection> connections = new ArrayList<>();
  private final Map<String, Map<String, Boolean>> matches = new HashMap<>();
  private final List<BiConsumer<String, Message>> observers = new ArrayList<>();
  private final Map<String, Consumer<Message>> inProcess = new LinkedHashMap<>();
  private BiPredicate<String, Message> filter = (client, message) -> true;
  private Consumer<RuntimeException> failed = e -> log.error("handler failed", e);
  private int clients;
  private boolean up = true;

  /** An empty broker with a time of its own that delivers nothing twice, for tests of one class. */
  public SimulatedBroker() {
    this(new VirtualTime(1), 0);
  }

  /**
   * An empty broker.
   *
   * @param duplicateFraction of the messages of QoS 1 that arrive twice
   */
  public SimulatedBroker(VirtualTime time, double duplicateFraction) {
    this.time = time;
    this.duplicateFraction = duplicateFraction;
  }

  /** A client on a machine of its own, not yet started, with a will or without. */
  public SimulatedClient client(Optional<Message> will) {
    String id = "client-" + clients++;
    SimulatedMachine machine = new SimulatedMachine(time, id);
    machine.start();
    return client(machine, id, will);
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
  public SimulatedClient client(SimulatedMachine machine, String id, Optional<Message> will) {
    return new SimulatedClient(this, machine, id, will);
  }

  /**
   * From now on, and until the broker is killed, decides which messages are accepted, given the
   * client's identifier, which is empty for what is published in the broker's own process.
   */
  public void setPublishFilter(BiPredicate<String, Message> newFilter) {
    filter = newFilter;
  }

  /** A bus in the broker's own process, which ends with it: nothing on it takes time. */
  public MessageBus bus() {
    return new InProcess();
  }

  private final class InProcess implements MessageBus {
    @Override
    public void start(Listener listener) {
      listener.connected();
    }

    @Override
    public void publish(Message message) {
      if (filter.test("", message)) {
        accept("", message);
      }
    }

    @Override
    public void subscribe(String topicFilter, int qos, Consumer<Message> handler) {
      inProcess.put(topicFilter, handler);
      List.copyOf(retained.values()).stream()
          .filter(message -> matches(topicFilter, message.topic()))
          .forEach(handler);
    }

    @Override
    public void unsubscribe(String topicFilter) {
      inProcess.remove(topicFilter);
    }

    @Override
    public boolean hears(String topicFilter) {
      return up && inProcess.containsKey(topicFilter);
    }

    @Override
    public boolean connected() {
      return up;
    }

    @Override
    public long dropped() {
      return 0;
    }

    @Override
    public void close() {
      inProcess.clear();
    }
  }

  /** Whether a client whose identifier begins so has a subscription to exactly this filter. */
  public boolean isSubscribed(String clientPrefix, String topicFilter) {
    return connections.stream()
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

  public boolean isUp() {
    return up;
  }

  /** Is killed, and starts anew after a while: no wills, nothing retained. */
  public void restart(long downNs) {
    up = false;
    retained.clear();
    inProcess.clear();
    filter = (client, message) -> true;
    for (SimulatedConnection connection : List.copyOf(connections)) {
      connections.remove(connection);
      connection.up.close();
      connection.client.isToldOfTheEnd(connection);
    }
    time.after(downNs, () -> up = true);
  }

  /** A client's CONNECT arrived; it takes the place of an earlier one of the same identifier. */
  void connected(SimulatedConnection connection) {
    if (!up) {
      connection.client.isToldOfTheEnd(connection);
      return;
    }
    for (SimulatedConnection earlier : List.copyOf(connections)) {
      if (earlier.clientId.equals(connection.clientId)) {
        close(earlier);
      }
    }
    connections.add(connection);
    connection.down.send(() -> connection.client.stands(connection));
  }

  /** Gives a connection up, or learns of its end: its will is published a moment later. */
  void close(SimulatedConnection connection) {
    if (connections.remove(connection)) {
      connection.up.close();
      connection.client.isToldOfTheEnd(connection);
      time.after(
          time.between(1, 25),
          () -> connection.will.ifPresent(will -> accept(connection.clientId, will)));
    }
  }

  /** A client said goodbye: no will. */
  void bid(SimulatedConnection connection) {
    if (connections.remove(connection)) {
      connection.up.close();
    }
  }

  void subscribed(SimulatedConnection connection, String filter) {
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
    connection.filters.remove(filter);
  }

  void published(SimulatedConnection connection, Message message) {
    if (!connections.contains(connection) || !filter.test(connection.clientId, message)) {
      return;
    }
    accept(connection.clientId, message);
    if (message.qos() > 0 && time.random().nextDouble() < duplicateFraction) {
      distribute(message);
    }
  }

  private void accept(String clientId, Message message) {
    if (!up) {
      return;
    }
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
    for (Map.Entry<String, Consumer<Message>> one : List.copyOf(inProcess.entrySet())) {
      if (matches(one.getKey(), message.topic())) {
        one.getValue().accept(live);
      }
    }
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
