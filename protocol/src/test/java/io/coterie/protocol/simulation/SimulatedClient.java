package io.coterie.protocol.simulation;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A client in a machine's process: connects again and again, and subscribes again each time. */
public final class SimulatedClient implements MessageBus {
  private static final long CONNECT_NS = 2_000 * VirtualTime.MS;

  private final SimulatedBroker broker;
  private final SimulatedMachine machine;
  private final String id;
  private final Optional<Message> will;
  private final Map<String, Consumer<Message>> handlers = new LinkedHashMap<>();
  private Listener listener;
  private SimulatedConnection connection;
  private boolean connected;
  private boolean closed;
  private long dropped;

  SimulatedClient(
      SimulatedBroker broker, SimulatedMachine machine, String id, Optional<Message> will) {
    this.broker = broker;
    this.machine = machine;
    this.id = id;
    this.will = will;
  }

  @Override
  public void start(Listener newListener) {
    if (listener != null) {
      throw new IllegalStateException("started twice");
    }
    listener = newListener;
    machine.add(this);
    connectAfter(1, 50);
  }

  private void connectAfter(double fromMs, double toMs) {
    machine.after(machine.time().between(fromMs, toMs), this::connect);
  }

  private void connect() {
    if (closed || connection != null) {
      return;
    }
    if (!broker.isUp() || machine.isCut()) {
      connectAfter(50, 1_000);
      return;
    }
    SimulatedConnection attempt = new SimulatedConnection(this, machine, id, will);
    connection = attempt;
    attempt.up.send(() -> broker.connected(attempt));
    machine.after(
        CONNECT_NS,
        () -> {
          if (connection == attempt && !connected) {
            giveUp();
          }
        });
  }

  /** The broker let it in. */
  void stands(SimulatedConnection accepted) {
    machine.receive(
        () -> {
          if (accepted == connection && !connected) {
            connected = true;
            handlers.keySet().forEach(this::sendSubscribe);
            listener.connected();
          }
        });
  }

  private void sendSubscribe(String filter) {
    SimulatedConnection current = connection;
    current.up.send(() -> broker.subscribed(current, filter));
  }

  void confirmed(SimulatedConnection from, String filter) {
    machine.receive(() -> from.confirmed.add(filter));
  }

  void arrived(SimulatedConnection from, Message message) {
    machine.receive(
        () -> {
          if (from == connection) {
            deliver(message);
          }
        });
  }

  private void deliver(Message message) {
    List<Consumer<Message>> matching = new ArrayList<>();
    handlers.forEach(
        (filter, handler) -> {
          if (broker.matches(filter, message.topic())) {
            matching.add(handler);
          }
        });
    for (Consumer<Message> handler : matching) {
      try {
        handler.accept(message);
      } catch (RuntimeException e) {
        broker.failed(e);
      }
    }
  }

  /** The broker has closed its end; behind what it sent before. */
  void isToldOfTheEnd(SimulatedConnection ended) {
    ended.down.finish(() -> machine.receive(() -> lose(ended)));
  }

  private void lose(SimulatedConnection lost) {
    if (lost != connection) {
      return;
    }
    boolean stood = connected;
    connection = null;
    connected = false;
    lost.down.close();
    if (stood) {
      listener.disconnected("lost");
    }
    connectAfter(1, 300);
  }

  /** Takes the connection for lost, as after a silence; connects again soon. */
  public void giveUp() {
    SimulatedConnection silent = connection;
    if (silent != null) {
      silent.up.finish(() -> broker.close(silent));
      lose(silent);
    }
  }

  /** How the broker gives up the connection that stands. */
  Runnable endAtTheBroker() {
    SimulatedConnection current = connection;
    return () -> {
      if (current != null) {
        broker.close(current);
      }
    };
  }

  /** The process was killed: its machine tells the broker. */
  public void abandon() {
    SimulatedConnection current = end();
    if (current != null) {
      current.up.finish(() -> broker.close(current));
    }
  }

  /** The machine is off: nobody tells the broker. */
  void vanish() {
    SimulatedConnection current = end();
    if (current != null) {
      current.up.close();
      machine.time().after(machine.silenceNs(), () -> broker.close(current));
    }
  }

  private SimulatedConnection end() {
    SimulatedConnection current = connection;
    closed = true;
    connected = false;
    connection = null;
    if (current != null) {
      current.down.close();
    }
    return current;
  }

  @Override
  public void publish(Message message) {
    SimulatedConnection current = connection;
    if (connected) {
      current.up.send(() -> broker.published(current, message));
    } else {
      dropped++;
    }
  }

  @Override
  public void subscribe(String filter, int qos, Consumer<Message> handler) {
    handlers.put(filter, handler);
    if (connected) {
      sendSubscribe(filter);
    }
  }

  @Override
  public void unsubscribe(String filter) {
    handlers.remove(filter);
    if (connected) {
      SimulatedConnection current = connection;
      current.confirmed.remove(filter);
      current.up.send(() -> broker.unsubscribed(current, filter));
    }
  }

  @Override
  public boolean hears(String filter) {
    return connected && connection.confirmed.contains(filter);
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
    SimulatedConnection current = end();
    if (current != null) {
      current.up.send(() -> broker.bid(current));
    }
  }
}
