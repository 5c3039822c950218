package io.coterie.protocol.simulation;

import io.coterie.protocol.bus.BrokerRotation;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A client in a machine's process: connects again and again, to the brokers in the order in which
 * shipped clients do, and subscribes again each time.
 */
public final class SimulatedClient implements MessageBus {
  private final Map<URI, SimulatedBroker> brokers = new LinkedHashMap<>();
  private final BrokerRotation rotation;
  private final SimulatedMachine machine;
  private final String id;
  private final Optional<Message> will;
  private final Map<String, Consumer<Message>> handlers = new LinkedHashMap<>();
  private Listener listener;
  private SimulatedConnection connection;
  private boolean connected;
  private boolean closed;
  private long dropped;

  /**
   * Not yet started; it ends with the process.
   *
   * @param preferred brokers in order of preference
   */
  public SimulatedClient(
      List<SimulatedBroker> preferred,
      SimulatedMachine machine,
      String id,
      Optional<Message> will) {
    preferred.forEach(one -> brokers.put(one.address(), one));
    rotation = new BrokerRotation(List.copyOf(brokers.keySet()));
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
    connectAfter(machine.time().between(1, 50));
  }

  private void connectAfter(long delayNs) {
    machine.after(delayNs, this::connect);
  }

  private double chance() {
    return machine.time().random().nextDouble();
  }

  private void failed() {
    connectAfter(rotation.failed(chance()) * VirtualTime.MS);
  }

  private void connect() {
    if (closed || connection != null) {
      return;
    }
    SimulatedBroker broker = brokers.get(rotation.next());
    if (!machine.isCut() && broker.refuses()) {
      failed();
      return;
    }
    SimulatedConnection attempt = new SimulatedConnection(this, machine, broker, id, will);
    connection = attempt;
    attempt.up.send(() -> broker.connected(attempt));
    machine.after(
        (rotation.connectSeconds() + 1) * 1_000L * VirtualTime.MS,
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
            rotation.connected();
            handlers.keySet().forEach(this::sendSubscribe);
            listener.connected();
          }
        });
  }

  private void sendSubscribe(String filter) {
    SimulatedConnection current = connection;
    current.up.send(() -> current.broker.subscribed(current, filter));
  }

  void confirmed(SimulatedConnection from, String filter) {
    machine.receive(() -> from.confirmed.add(filter));
  }

  void arrived(SimulatedConnection from, Message message) {
    machine.receive(
        () -> {
          if (from == connection) {
            deliver(from.broker, message);
          }
        });
  }

  private void deliver(SimulatedBroker broker, Message message) {
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
    ended.down.finish(() -> machine.receive(() -> lose(ended, false)));
  }

  private void lose(SimulatedConnection lost, boolean silent) {
    if (lost != connection) {
      return;
    }
    boolean stood = connected;
    connection = null;
    connected = false;
    lost.down.close();
    if (stood) {
      listener.disconnected("lost");
      connectAfter(rotation.lost(lost.broker.address(), silent, chance()) * VirtualTime.MS);
    } else {
      failed();
    }
  }

  /** Takes the connection for lost, as after a silence; connects again soon. */
  public void giveUp() {
    SimulatedConnection silent = connection;
    if (silent != null) {
      silent.up.finish(() -> silent.broker.close(silent));
      lose(silent, true);
    }
  }

  /** The same, unless it has another connection by now. */
  void giveUp(SimulatedConnection silent) {
    machine.receive(
        () -> {
          if (silent == connection) {
            giveUp();
          }
        });
  }

  /** The broker's machine is off: nobody tells the client. */
  void hearsNothing(SimulatedConnection silent) {
    machine.time().after(machine.patienceNs(), () -> giveUp(silent));
  }

  /** How the broker gives up the connection that stands. */
  Runnable endAtTheBroker() {
    SimulatedConnection current = connection;
    return () -> {
      if (current != null) {
        current.broker.close(current);
      }
    };
  }

  /** The process was killed: its machine tells the broker. */
  public void abandon() {
    SimulatedConnection current = end();
    if (current != null) {
      current.up.finish(() -> current.broker.close(current));
    }
  }

  /** The machine is off: nobody tells the broker. */
  void vanish() {
    SimulatedConnection current = end();
    if (current != null) {
      current.up.close();
      machine.time().after(machine.silenceNs(), () -> current.broker.close(current));
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
      current.up.send(() -> current.broker.published(current, message));
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
      current.up.send(() -> current.broker.unsubscribed(current, filter));
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
    machine.remove(this);
    if (current != null) {
      current.up.send(() -> current.broker.bid(current));
    }
  }
}
