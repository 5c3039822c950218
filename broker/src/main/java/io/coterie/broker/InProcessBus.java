package io.coterie.broker;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.Subscriptions;
import io.coterie.protocol.topic.Topics;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A message bus for a role in the broker's own process. */
final class InProcessBus implements MessageBus {
  private static final Logger log = LoggerFactory.getLogger(InProcessBus.class);

  /** The share of the heap that may wait for slow handlers. What is more is dropped and counted. */
  private static final int HEAP_SHARE = 16;

  private final HubExtension extension;
  private final SerialQueue deliveries;
  private final Subscriptions subscriptions = new Subscriptions();
  private final Set<String> filters = ConcurrentHashMap.newKeySet();

  /**
   * For each filter whose retained messages are being fetched: the topics on which a newer message
   * has arrived meanwhile.
   */
  private final Map<String, Set<String>> overtaken = new ConcurrentHashMap<>();

  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicLong dropped = new AtomicLong();
  private volatile Listener listener = () -> {};
  private volatile boolean connected;

  InProcessBus(HubExtension extension) {
    this.extension = extension;
    this.deliveries = new SerialQueue(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  @Override
  public void start(Listener newListener) {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("started twice");
    }
    listener = newListener;
    connected = true;
    extension.attach(this);
    filters.forEach(this::fetchRetained);
    enqueue(0, () -> listener.connected());
  }

  @Override
  public void publish(Message message) {
    if (!connected) {
      dropped.incrementAndGet();
      return;
    }
    CompletableFuture<Void> unused =
        extension
            .publish(message)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    dropped.incrementAndGet();
                    log.debug("not sent: {} reason={}", message, failure.getMessage());
                  }
                });
  }

  boolean wants(String topic) {
    return filters.stream().anyMatch(filter -> Topics.matches(filter, topic));
  }

  /**
   * Delivers a message to the handlers. May be called on any thread; handlers run on the calling
   * thread unless another one is delivering.
   */
  void receive(Message message) {
    overtaken.forEach(
        (filter, topics) -> {
          if (Topics.matches(filter, message.topic())) {
            topics.add(message.topic());
          }
        });
    if (connected && wants(message.topic())) {
      enqueue(message.packetBytes(), () -> subscriptions.deliver(message));
    }
  }

  @Override
  public void subscribe(String filter, int qos, Consumer<Message> handler) {
    subscriptions.put(filter, qos, handler);
    filters.add(filter);
    if (connected) {
      fetchRetained(filter);
    }
  }

  private void fetchRetained(String filter) {
    Set<String> newer = ConcurrentHashMap.newKeySet();
    overtaken.put(filter, newer);
    CompletableFuture<Void> unused =
        extension
            .retained(
                filter,
                message -> {
                  if (!newer.contains(message.topic())) {
                    // Not counted: what is retained is in memory anyway, and must not be lost.
                    enqueue(0, () -> subscriptions.deliver(message, filter));
                  }
                })
            .whenComplete(
                (done, failure) -> {
                  overtaken.remove(filter, newer);
                  if (failure != null) {
                    log.warn(
                        "no retained messages: filter={} reason={}", filter, failure.getMessage());
                  }
                });
  }

  @Override
  public void unsubscribe(String filter) {
    filters.remove(filter);
    subscriptions.remove(filter);
  }

  private void enqueue(long bytes, Runnable delivery) {
    if (!deliveries.run(bytes, () -> guarded(delivery))) {
      dropped.incrementAndGet();
    }
  }

  private static void guarded(Runnable delivery) {
    try {
      delivery.run();
    } catch (RuntimeException e) {
      log.error("listener failed", e);
    }
  }

  void brokerStopped() {
    if (connected) {
      connected = false;
      enqueue(0, () -> listener.disconnected("broker stopped"));
    }
  }

  @Override
  public boolean hears(String filter) {
    return connected && filters.contains(filter);
  }

  @Override
  public boolean connected() {
    return connected;
  }

  @Override
  public long dropped() {
    return dropped.get();
  }

  @Override
  public void close() {
    connected = false;
    extension.detach(this);
    deliveries.close();
  }
}
