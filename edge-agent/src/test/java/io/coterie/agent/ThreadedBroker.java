package io.coterie.agent;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.simulation.SimulatedBroker;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** The simulated broker for clients with threads of their own: all it does, it does on one. */
final class ThreadedBroker implements AutoCloseable {
  private final SimulatedBroker broker = new SimulatedBroker();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread created = new Thread(task, "broker");
            created.setDaemon(true);
            return created;
          });

  /** A new client. */
  MessageBus client(Optional<Message> will) {
    return new Client(broker.client(will));
  }

  private void execute(Runnable task) {
    if (!thread.isShutdown()) {
      thread.execute(
          () -> {
            task.run();
            broker.deliverAll();
          });
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private final class Client implements MessageBus {
    private final MessageBus client;
    private final Set<String> heard = ConcurrentHashMap.newKeySet();

    Client(MessageBus client) {
      this.client = client;
    }

    @Override
    public void start(Listener listener) {
      execute(() -> client.start(listener));
    }

    @Override
    public void publish(Message message) {
      execute(() -> client.publish(message));
    }

    @Override
    public void subscribe(String filter, int qos, Consumer<Message> handler) {
      execute(
          () -> {
            client.subscribe(filter, qos, handler);
            heard.add(filter);
          });
    }

    @Override
    public void unsubscribe(String filter) {
      heard.remove(filter);
      execute(() -> client.unsubscribe(filter));
    }

    @Override
    public boolean hears(String filter) {
      return heard.contains(filter);
    }

    @Override
    public boolean connected() {
      return true;
    }

    @Override
    public long dropped() {
      return 0;
    }

    @Override
    public void close() {
      execute(client::close);
    }
  }
}
