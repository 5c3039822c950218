package io.coterie.protocol.bus;

import java.io.IOException;
import java.net.URI;
import java.util.OptionalLong;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * Connects once to find out whether the broker accepts this client and which limits it names, and
 * disconnects.
 */
public final class ConnectionTrial {
  private static final int TIMEOUT_SECONDS = 10;
  private static final int BAD_USER_NAME_OR_PASSWORD = 134;
  private static final int NOT_AUTHORIZED = 135;

  private static final int MOST_QOS = 2;

  private ConnectionTrial() {}

  /**
   * The limits that a broker names when it accepts a connection.
   *
   * @param maxQos 0, 1 or 2
   * @param retains whether it keeps retained messages
   * @param maxPacketBytes largest packet it takes; empty where it names no limit
   */
  public record Limits(int maxQos, boolean retains, OptionalLong maxPacketBytes) {}

  /** The broker answered and refused this client. */
  public static final class RefusedException extends IOException {
    RefusedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Tries the addresses in order until a broker accepts or refuses the client.
   *
   * @return the address of the broker that accepted the client
   * @throws RefusedException if a broker refused the client
   * @throws IOException if no broker could be asked; the message names each and the reason
   */
  public static URI run(ConnectionOptions options) throws IOException {
    StringBuilder reasons = new StringBuilder();
    for (URI broker : options.brokers()) {
      try {
        connect(options, broker);
        return broker;
      } catch (MqttException e) {
        if (isRefusal(e)) {
          throw new RefusedException(broker + " refused", e);
        }
        reasons.append(reasons.isEmpty() ? "" : "; ").append(broker).append(": ").append(reason(e));
      }
    }
    throw new IOException(reasons.toString());
  }

  /**
   * Connects to one broker and returns the limits that it names.
   *
   * @throws RefusedException if it refused the client
   * @throws IOException if it could not be asked; the innermost cause says why
   */
  public static Limits limits(ConnectionOptions options, URI broker) throws IOException {
    try {
      return limits(connect(options, broker));
    } catch (MqttException e) {
      if (isRefusal(e)) {
        throw new RefusedException(broker + " refused", e);
      }
      throw new IOException(broker + ": " + reason(e), e);
    }
  }

  private static Limits limits(MqttProperties answer) {
    Integer maxQos = answer.getMaximumQoS();
    Long maxPacketBytes = answer.getMaximumPacketSize();
    return new Limits(
        maxQos == null ? MOST_QOS : maxQos,
        answer.isRetainAvailable() == null || answer.isRetainAvailable(),
        maxPacketBytes == null ? OptionalLong.empty() : OptionalLong.of(maxPacketBytes));
  }

  private static boolean isRefusal(MqttException e) {
    return e.getReasonCode() == NOT_AUTHORIZED || e.getReasonCode() == BAD_USER_NAME_OR_PASSWORD;
  }

  private static MqttProperties connect(ConnectionOptions options, URI broker)
      throws MqttException {
    MqttAsyncClient client =
        new MqttAsyncClient(
            PahoSecurity.address(broker), options.clientId(), new MemoryPersistence());
    MqttConnectionOptions paho = new MqttConnectionOptions();
    paho.setAutomaticReconnect(false);
    paho.setConnectionTimeout(TIMEOUT_SECONDS);
    PahoSecurity.apply(options, broker, paho);
    try {
      IMqttToken connecting = client.connect(paho);
      connecting.waitForCompletion(TIMEOUT_SECONDS * 1_000L);
      client.disconnect().waitForCompletion(TIMEOUT_SECONDS * 1_000L);
      return connecting.getResponseProperties();
    } finally {
      client.close(true);
    }
  }

  private static String reason(MqttException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
