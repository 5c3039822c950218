package io.coterie.protocol.bus;

import io.coterie.protocol.runtime.FatalErrors;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
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
 * One connection to one broker, from the attempt to its end. It is opening, then open, then ended;
 * it may end from either, and does so once, whatever Paho calls on whichever thread.
 *
 * <p>Thread-safe.
 */
final class PahoConnection implements MqttCallback {
  private static final Logger log = LoggerFactory.getLogger(PahoConnection.class);

  /** MQTT 5, 3.2.2.3.3: where the broker names none. */
  private static final int RECEIVE_MAXIMUM = 65_535;

  /** For what waits to be sent before it ends in good order. */
  private static final long LAST_MS = 1_000;

  private enum State {
    OPENING,
    OPEN,
    /** Sends what it has, and takes no more. */
    CLOSING,
    ENDED
  }

  /**
   * How a connection ended.
   *
   * @param wasOpen whether it stood
   * @param silent whether the broker gave no answer, rather than ended the connection
   * @param takenOver whether another client has taken the identifier
   */
  record End(boolean wasOpen, String reason, boolean silent, boolean takenOver) {}

  /** Is told what happens, on a thread of Paho's; {@code ended} also by {@link #open}. */
  interface Owner {
    /** The connection stands; nothing has arrived on it yet. */
    void opened(PahoConnection connection);

    /** The connection, or the attempt, is over: the last call. */
    void ended(PahoConnection connection, End end);

    void arrived(Message message);

    /** A message could not be sent. */
    void dropped(Message message, String reason);
  }

  private final URI broker;
  private final Owner owner;
  private final MqttAsyncClient client;
  private final AtomicReference<State> state = new AtomicReference<>(State.OPENING);

  /** The broker's confirmations of subscriptions, by filter. */
  private final Map<String, IMqttToken> confirmations = new ConcurrentHashMap<>();

  /** Held while the owner is told: what comes on two threads of Paho's is told in its order. */
  private final Object telling = new Object();

  private final Object sending = new Object();
  private Outbox outbox;

  /**
   * Opens nothing yet.
   *
   * @throws MqttException if the address or the identifier cannot be used
   */
  PahoConnection(URI broker, String clientId, Owner owner) throws MqttException {
    this.broker = broker;
    this.owner = owner;
    client = new MqttAsyncClient(PahoSecurity.address(broker), clientId, new MemoryPersistence());
    client.setCallback(this);
  }

  URI broker() {
    return broker;
  }

  boolean isOpen() {
    return state.get() == State.OPEN;
  }

  /** Connects. Blocks until the broker has answered, or the time is over. */
  void open(ConnectionOptions options, int seconds, long maxBytes) {
    try {
      client
          .connect(PahoSecurity.connecting(options, broker, seconds), null, opening(maxBytes))
          // The broker gets a second to answer, once there is a connection.
          .waitForCompletion((seconds + 1) * 1_000L);
    } catch (MqttException e) {
      end(PahoClients.reason(e), false, false);
    } catch (RuntimeException e) {
      log.error("failed to connect: broker={}", broker, e);
      end(e.toString(), false, false);
    }
  }

  /** The broker has accepted: Paho may tell of it before, after or never once it is lost again. */
  private MqttActionListener opening(long maxBytes) {
    return new MqttActionListener() {
      @Override
      public void onSuccess(IMqttToken connecting) {
        MqttProperties answer = connecting.getResponseProperties();
        Integer receiveMaximum = answer.getReceiveMaximum();
        Long maxPacketBytes = answer.getMaximumPacketSize();
        synchronized (sending) {
          outbox =
              new Outbox(
                  receiveMaximum == null ? RECEIVE_MAXIMUM : receiveMaximum,
                  maxPacketBytes == null ? Long.MAX_VALUE : maxPacketBytes,
                  maxBytes);
        }
        synchronized (telling) {
          if (state.compareAndSet(State.OPENING, State.OPEN)) {
            owner.opened(PahoConnection.this);
          }
        }
      }

      @Override
      public void onFailure(IMqttToken connecting, Throwable reason) {
        // open() has it from the token as well.
      }
    };
  }

  private void end(String reason, boolean silent, boolean takenOver) {
    synchronized (telling) {
      State before = state.getAndSet(State.ENDED);
      if (before != State.ENDED) {
        owner.ended(this, new End(before != State.OPENING, reason, silent, takenOver));
      }
    }
  }

  /** Ends an attempt that is said to have succeeded and of which nothing was heard. */
  void endUnlessOpen() {
    if (state.get() == State.OPENING) {
      end("the client library told of no end", false, false);
    }
  }

  void publish(Message message) {
    synchronized (sending) {
      if (!isOpen()) {
        owner.dropped(message, "no connection");
      } else if (!outbox.fits(message)) {
        owner.dropped(message, "larger than the broker takes");
      } else if (outbox.offer(message)) {
        send();
      } else {
        owner.dropped(message, "too much waits to be sent");
      }
    }
  }

  private void send() {
    for (Optional<Message> next = outbox.next(); next.isPresent(); next = outbox.next()) {
      Message message = next.get();
      try {
        client.publish(message.topic(), PahoMessages.toPaho(message), message, sent);
      } catch (MqttException | RuntimeException e) {
        // Paho throws a NullPointerException where it was closed on another thread.
        outbox.done(message);
        owner.dropped(message, e.toString());
      }
    }
  }

  private final MqttActionListener sent =
      new MqttActionListener() {
        @Override
        public void onSuccess(IMqttToken token) {
          done((Message) token.getUserContext());
        }

        @Override
        public void onFailure(IMqttToken token, Throwable reason) {
          Message message = (Message) token.getUserContext();
          owner.dropped(message, String.valueOf(reason));
          done(message);
        }
      };

  private void done(Message message) {
    synchronized (sending) {
      outbox.done(message);
      if (state.get() != State.ENDED) {
        send();
      }
      sending.notifyAll();
    }
  }

  void subscribe(String filter, int qos) {
    try {
      confirmations.put(filter, client.subscribe(filter, qos));
    } catch (MqttException | RuntimeException e) {
      // The connection is going down; the subscription is renewed with the next one.
      log.debug("not subscribed: filter={} reason={}", filter, e.toString());
    }
  }

  void unsubscribe(String filter) {
    confirmations.remove(filter);
    try {
      client.unsubscribe(filter);
    } catch (MqttException | RuntimeException e) {
      log.debug("not unsubscribed: filter={} reason={}", filter, e.toString());
    }
  }

  boolean hears(String filter) {
    IMqttToken confirmation = confirmations.get(filter);
    return isOpen() && confirmation != null && PahoClients.isGranted(confirmation);
  }

  /** Ends in good order where it stands, so that the will is not sent, and is heard of no more. */
  void close() {
    if (state.compareAndSet(State.OPEN, State.CLOSING)) {
      awaitSent();
    }
    if (state.getAndSet(State.ENDED) == State.CLOSING) {
      try {
        client.disconnect(1_000).waitForCompletion(2_000);
      } catch (MqttException | RuntimeException e) {
        log.debug("disconnect failed: reason={}", e.toString());
      }
    }
    discard();
  }

  private void awaitSent() {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_MS);
    synchronized (sending) {
      try {
        while (!outbox.isEmpty() && state.get() == State.CLOSING) {
          long leftMs = TimeUnit.NANOSECONDS.toMillis(untilNs - System.nanoTime());
          if (leftMs <= 0) {
            log.warn("closed before all was sent: broker={}", broker);
            return;
          }
          sending.wait(leftMs);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Gives back what Paho holds. */
  void discard() {
    PahoClients.discard(client);
  }

  @Override
  public void connectComplete(boolean reconnect, String serverUri) {
    // Its properties come with opening().
  }

  @Override
  public void disconnected(MqttDisconnectResponse response) {
    MqttException exception = response.getException();
    String why = response.getReasonString();
    end(
        why == null ? String.valueOf(exception) : why,
        exception != null
            && exception.getReasonCode() == MqttClientException.REASON_CODE_CLIENT_TIMEOUT,
        response.getReturnCode() == MqttReturnCode.RETURN_CODE_SESSION_TAKEN_OVER);
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    try {
      owner.arrived(PahoMessages.fromPaho(topic, message));
    } catch (Error e) {
      FatalErrors.uncaught(e);
      throw e;
    }
  }

  @Override
  public void deliveryComplete(IMqttToken token) {
    // Each message has a listener of its own.
  }

  @Override
  public void mqttErrorOccurred(MqttException exception) {
    log.debug("mqtt error: reason={}", PahoClients.reason(exception));
  }

  @Override
  public void authPacketArrived(int reasonCode, MqttProperties properties) {
    log.debug("auth packet ignored: reasonCode={}", reasonCode);
  }
}
