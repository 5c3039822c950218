package io.coterie.protocol.bus;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A bus that can be moved to another broker together with its subscriptions and its listener. They
 * see one connection end and another one begin. Messages that the previous broker still delivers
 * are dropped.
 *
 * <p>Thread-safe.
 */
public final class MovableBus implements MessageBus {
  private record Subscription(int qos, Consumer<Message> handler) {}

  private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();
  private final Object events = new Object();
  private final Executor closing;
  private volatile MessageBus current;
  private volatile Listener listener;
  private long droppedBefore;
  private boolean connected;

  /**
   * Begins with a bus.
   *
   * @param first not yet started
   * @param closing closes the buses that were left, which takes seconds where a broker is frozen
   */
  public MovableBus(MessageBus first, Executor closing) {
    current = first;
    this.closing = closing;
  }

  @Override
  public synchronized void start(Listener newListener) {
    synchronized (events) {
      if (listener != null) {
        throw new IllegalStateException("started twice");
      }
      listener = newListener;
    }
    MessageBus bus = current;
    bus.start(new Events(bus));
  }

  /**
   * Uses another bus from now on, and closes the one before.
   *
   * @param next not yet started
   */
  public synchronized void moveTo(MessageBus next) {
    MessageBus before;
    synchronized (events) {
      before = current;
      droppedBefore += before.dropped();
      current = next;
      if (connected) {
        connected = false;
        listener.disconnected("moves to another broker");
      }
    }
    synchronized (subscriptions) {
      subscriptions.forEach((filter, wanted) -> subscribe(next, filter, wanted));
    }
    if (listener != null) {
      next.start(new Events(next));
    }
    closing.execute(before::close);
  }

  private void subscribe(MessageBus bus, String filter, Subscription wanted) {
    bus.subscribe(
        filter,
        wanted.qos(),
        message -> {
          if (bus == current) {
            wanted.handler().accept(message);
          }
        });
  }

  @Override
  public void publish(Message message) {
    current.publish(message);
  }

  @Override
  public void subscribe(String filter, int qos, Consumer<Message> handler) {
    synchronized (subscriptions) {
      Subscription wanted = new Subscription(qos, handler);
      subscriptions.put(filter, wanted);
      subscribe(current, filter, wanted);
    }
  }

  @Override
  public void unsubscribe(String filter) {
    synchronized (subscriptions) {
      subscriptions.remove(filter);
      current.unsubscribe(filter);
    }
  }

  @Override
  public boolean hears(String filter) {
    return current.hears(filter);
  }

  @Override
  public boolean connected() {
    return current.connected();
  }

  @Override
  public long dropped() {
    synchronized (events) {
      return droppedBefore + current.dropped();
    }
  }

  @Override
  public void close() {
    current.close();
  }

  /** Hands on what one bus tells, as long as it is the current one. */
  private final class Events implements Listener {
    private final MessageBus bus;

    Events(MessageBus bus) {
      this.bus = bus;
    }

    @Override
    public void connected() {
      synchronized (events) {
        if (bus == current) {
          connected = true;
          listener.connected();
        }
      }
    }

    @Override
    public void disconnected(String reason) {
      synchronized (events) {
        if (bus == current && connected) {
          connected = false;
          listener.disconnected(reason);
        }
      }
    }
  }
}
