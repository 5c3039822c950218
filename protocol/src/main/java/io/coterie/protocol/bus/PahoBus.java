package io.coterie.protocol.bus;

import java.net.URI;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;
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

  private final ConnectionOptions options;
  private final BrokerDiscovery discovery;
  private final Subscriptions subscriptions = new Subscriptions();
  private final ScheduledExecutorService connector;
  private final Random random = new Random();
  private final BrokerRotation rotation;
  private final PublishBacklog backlog = new PublishBacklog();
  private final AtomicLong dropped = new AtomicLong();

  /** The broker's confirmations of subscriptions by filter, on the connection that stands. */
  private final Map<String, IMqttToken> confirmations = new ConcurrentHashMap<>();

  private Listener listener;
  private volatile String clientId;
  private volatile MqttAsyncClient client;
  private volatile boolean connected;
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
    connector.execute(this::connect);
  }

  private void connect() {
    if (closed) {
      return;
    }
    URI broker = rotation.next();
    int seconds = rotation.connectSeconds();
    MqttAsyncClient attempt = null;
    try {
      attempt =
          new MqttAsyncClient(PahoSecurity.address(broker), clientId, new MemoryPersistence());
      attempt.setCallback(new Callback(attempt, broker));
      client = attempt;
      // The broker gets a second to answer, once there is a connection.
      attempt
          .connect(PahoSecurity.connecting(options, broker, seconds))
          .waitForCompletion((seconds + 1) * 1_000L);
    } catch (MqttException e) {
      client = null;
      PahoClients.discard(attempt);
      failed(broker, PahoClients.reason(e));
    }
  }

  private void failed(URI broker, String reason) {
    if (closed) {
      return;
    }
    if (!rotation.failedBefore()) {
      log.warn("broker unreachable, retrying for ever: broker={} reason={}", broker, reason);
    }
    long delayMs = rotation.failed(random.nextDouble());
    if (delayMs > 0) {
      rotation.found(discovery.addresses().stream().filter(options::allows).toList());
    }
    connectAfter(delayMs);
  }

  private void connectAfter(long delayMs) {
    try {
      Future<?> unused = connector.schedule(this::connect, delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("closed while connecting");
    }
  }

  @Override
  public void publish(Message message) {
    MqttAsyncClient current = client;
    if (!connected || current == null) {
      dropped.incrementAndGet();
    } else if (message.qos() > 0 && !backlog.isEmpty()) {
      await(message);
    } else {
      send(current, message);
    }
  }

  private void send(MqttAsyncClient current, Message message) {
    try {
      current.publish(message.topic(), PahoMessages.toPaho(message));
    } catch (MqttException e) {
      boolean full = e.getReasonCode() == MqttClientException.REASON_CODE_MAX_INFLIGHT;
      if (full && message.qos() > 0) {
        await(message);
      } else {
        dropped.incrementAndGet();
        log.debug("not sent: {} reason={}", message, PahoClients.reason(e));
      }
    }
  }

  /** Keeps a QoS 1 message until an acknowledgement makes room. */
  private void await(Message message) {
    if (!backlog.add(message)) {
      dropped.incrementAndGet();
    }
  }

  @Override
  public void subscribe(String filter, int qos, Consumer<Message> handler) {
    subscriptions.put(filter, qos, handler);
    if (connected) {
      sendSubscribe(client, filter, qos);
    }
  }

  private void sendSubscribe(MqttAsyncClient current, String filter, int qos) {
    try {
      confirmations.put(filter, current.subscribe(filter, qos));
    } catch (MqttException e) {
      // The connection is going down; the subscription is renewed with the next one.
      log.debug("not subscribed: filter={} reason={}", filter, PahoClients.reason(e));
    }
  }

  @Override
  public void unsubscribe(String filter) {
    confirmations.remove(filter);
    if (subscriptions.remove(filter) && connected) {
      try {
        client.unsubscribe(filter);
      } catch (MqttException e) {
        log.debug("not unsubscribed: filter={} reason={}", filter, PahoClients.reason(e));
      }
    }
  }

  @Override
  public boolean hears(String filter) {
    IMqttToken confirmation = confirmations.get(filter);
    return connected && confirmation != null && PahoClients.isGranted(confirmation);
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
    closed = true;
    boolean wasConnected = connected;
    connected = false;
    connector.shutdownNow();
    MqttAsyncClient current = client;
    if (wasConnected && current != null) {
      try {
        current.disconnect(1_000).waitForCompletion(2_000);
      } catch (MqttException e) {
        log.debug("disconnect failed: reason={}", PahoClients.reason(e));
      }
    }
    PahoClients.discard(current);
  }

  /** What Paho calls on its callback thread, for one connection. */
  private final class Callback implements MqttCallback {
    private final MqttAsyncClient mine;
    private final URI broker;

    Callback(MqttAsyncClient mine, URI broker) {
      this.mine = mine;
      this.broker = broker;
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
      if (closed || mine != client) {
        return;
      }
      rotation.connected();
      discovery.reached(broker);
      backlog.clear();
      confirmations.clear();
      connected = true;
      log.info("connected: broker={} client={}", broker, clientId);
      subscriptions.filters().forEach((filter, qos) -> sendSubscribe(mine, filter, qos));
      guarded(() -> listener.connected());
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
      if (mine != client || closed || !connected) {
        return;
      }
      connected = false;
      String why = response.getReasonString();
      String reason = why == null ? String.valueOf(response.getException()) : why;
      log.warn("disconnected, reconnecting: broker={} reason={}", broker, reason);
      if (response.getReturnCode() == MqttReturnCode.RETURN_CODE_SESSION_TAKEN_OVER) {
        clientId = options.clientId() + "-" + Integer.toHexString(random.nextInt());
        log.warn("another has the identifier: client={} now={}", options.clientId(), clientId);
      }
      guarded(() -> listener.disconnected(reason));
      try {
        connector.execute(() -> PahoClients.discard(mine));
      } catch (RejectedExecutionException e) {
        log.debug("closed while disconnecting");
      }
      connectAfter(rotation.lost(broker, isSilence(response), random.nextDouble()));
    }

    private boolean isSilence(MqttDisconnectResponse response) {
      MqttException exception = response.getException();
      return exception != null
          && exception.getReasonCode() == MqttClientException.REASON_CODE_CLIENT_TIMEOUT;
    }

    private void guarded(Runnable call) {
      try {
        call.run();
      } catch (RuntimeException e) {
        log.error("listener failed", e);
      }
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
      log.debug("mqtt error: reason={}", PahoClients.reason(exception));
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      subscriptions.deliver(PahoMessages.fromPaho(topic, message));
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
      backlog.poll().ifPresent(message -> send(mine, message));
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
      log.debug("auth packet ignored: reasonCode={}", reasonCode);
    }
  }
}
