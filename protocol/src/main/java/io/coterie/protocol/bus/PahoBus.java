package io.coterie.protocol.bus;

import io.coterie.protocol.runtime.FatalErrors;
import io.coterie.protocol.runtime.RateLimit;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bus over a TCP or TLS connection, with Eclipse Paho. Every attempt to connect uses a fresh
 * Paho client: Paho's own reconnecting does not subscribe again and is known to stop for good.
 * Whose identifier is taken by another client goes on under one with a random ending: two that take
 * one from each other for ever would both be deaf.
 */
public final class PahoBus implements MessageBus {
  private static final Logger log = LoggerFactory.getLogger(PahoBus.class);

  /** Of the heap, that messages of one QoS may hold before they are sent. */
  private static final int SHARE = 4;

  /** For Paho to say what became of an attempt that it says succeeded. */
  private static final long UNHEARD_OF_MS = 10_000;

  private final ConnectionOptions options;
  private final BrokerDiscovery discovery;
  private final Subscriptions subscriptions = new Subscriptions();
  private final ScheduledExecutorService connector;
  private final Random random = new Random();
  private final BrokerRotation rotation;
  private final AtomicLong dropped = new AtomicLong();
  private final RateLimit complaints = new RateLimit(Duration.ofMinutes(1));
  private final Owner owner = new Owner();

  private Listener listener;
  private volatile String clientId;
  private volatile PahoConnection connection;
  private volatile boolean closed;

  public PahoBus(ConnectionOptions options) {
    this(options, BrokerDiscovery.NOWHERE);
  }

  /** Creates a bus that also tries the addresses that the discovery finds later. */
  public PahoBus(ConnectionOptions options, BrokerDiscovery discovery) {
    this.options = options;
    this.discovery = discovery;
    clientId = options.clientId();
    rotation = new BrokerRotation(options.brokers());
    connector =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "mqtt-connect-" + options.clientId());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public synchronized void start(Listener newListener) {
    if (listener != null) {
      throw new IllegalStateException("started twice");
    }
    listener = newListener;
    onConnector(this::connect, 0);
  }

  private void connect() {
    if (closed) {
      return;
    }
    URI broker = rotation.next();
    try {
      PahoConnection attempt = new PahoConnection(broker, clientId, owner);
      connection = attempt;
      attempt.open(options, rotation.connectSeconds(), Runtime.getRuntime().maxMemory() / SHARE);
      onConnector(attempt::endUnlessOpen, UNHEARD_OF_MS);
      if (closed) {
        attempt.close();
      }
    } catch (MqttException e) {
      failed(broker, PahoClients.reason(e));
    }
  }

  private void failed(URI broker, String reason) {
    if (!rotation.failedBefore()) {
      log.warn("broker unreachable, retrying for ever: broker={} reason={}", broker, reason);
    }
    long delayMs = rotation.failed(random.nextDouble());
    onConnector(this::connect, delayMs);
    if (delayMs > 0) {
      rotation.found(discovery.addresses().stream().filter(options::allows).toList());
    }
  }

  /** Runs the task later on the thread that connects. */
  private void onConnector(Runnable task, long delayMs) {
    Runnable guarded =
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            log.error("failed while connecting", e);
          } catch (Error e) {
            FatalErrors.uncaught(e);
          }
        };
    try {
      Future<?> unused = connector.schedule(guarded, delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("closed while connecting");
    }
  }

  @Override
  public void publish(Message message) {
    PahoConnection current = connection;
    if (current == null || !current.isOpen()) {
      dropped.incrementAndGet();
    } else {
      current.publish(message);
    }
  }

  @Override
  public void subscribe(String filter, int qos, Consumer<Message> handler) {
    subscriptions.put(filter, qos, handler);
    PahoConnection current = connection;
    if (current != null && current.isOpen()) {
      current.subscribe(filter, qos);
    }
  }

  @Override
  public void unsubscribe(String filter) {
    PahoConnection current = connection;
    if (subscriptions.remove(filter) && current != null && current.isOpen()) {
      current.unsubscribe(filter);
    }
  }

  @Override
  public boolean hears(String filter) {
    PahoConnection current = connection;
    return current != null && current.hears(filter);
  }

  @Override
  public boolean connected() {
    PahoConnection current = connection;
    return !closed && current != null && current.isOpen();
  }

  @Override
  public long dropped() {
    return dropped.get();
  }

  @Override
  public void close() {
    closed = true;
    connector.shutdownNow();
    PahoConnection current = connection;
    if (current != null) {
      current.close();
    }
  }

  private final class Owner implements PahoConnection.Owner {
    @Override
    public void opened(PahoConnection connected) {
      if (closed) {
        return;
      }
      rotation.connected();
      discovery.reached(connected.broker());
      log.info("connected: broker={} client={}", connected.broker(), clientId);
      Map<String, Integer> filters = subscriptions.filters();
      filters.forEach(connected::subscribe);
      // What was given up on another thread meanwhile must not come back.
      filters.keySet().removeAll(subscriptions.filters().keySet());
      filters.keySet().forEach(connected::unsubscribe);
      guarded(() -> listener.connected());
    }

    @Override
    public void ended(PahoConnection lost, PahoConnection.End end) {
      if (closed) {
        return;
      }
      // Not on this thread: Paho waits for it to end.
      onConnector(lost::discard, 0);
      if (!end.wasOpen()) {
        onConnector(() -> failed(lost.broker(), end.reason()), 0);
        return;
      }
      log.warn("disconnected, reconnecting: broker={} reason={}", lost.broker(), end.reason());
      if (end.takenOver()) {
        clientId = options.clientId() + "-" + Integer.toHexString(random.nextInt());
        log.warn("another has the identifier: client={} now={}", options.clientId(), clientId);
      }
      guarded(() -> listener.disconnected(end.reason()));
      onConnector(
          PahoBus.this::connect, rotation.lost(lost.broker(), end.silent(), random.nextDouble()));
    }

    @Override
    public void arrived(Message message) {
      subscriptions.deliver(message);
    }

    /** Counts all, and names one a minute for each reason. */
    @Override
    public void dropped(Message message, String reason) {
      dropped.incrementAndGet();
      complaints
          .pass(reason, System.nanoTime())
          .ifPresent(
              unsaid ->
                  log.warn(
                      "not sent: topic={} bytes={} reason={} dropped={}",
                      message.topic(),
                      message.payload().length,
                      reason,
                      dropped.get()));
    }

    private void guarded(Runnable call) {
      try {
        call.run();
      } catch (RuntimeException e) {
        log.error("listener failed", e);
      }
    }
  }
}
