package io.coterie.protocol.bus;

import java.io.IOException;
import java.net.URI;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/** Connects once, to see whether one is let in, and disconnects. */
public final class ConnectionTrial {
  private static final int TIMEOUT_SECONDS = 10;
  private static final int BAD_USER_NAME_OR_PASSWORD = 134;
  private static final int NOT_AUTHORIZED = 135;

  private ConnectionTrial() {}

  /** The broker answered, and does not let this client in. */
  public static final class RefusedException extends IOException {
    RefusedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Tries the addresses in turn, until one lets the client in or refuses it.
   *
   * @throws RefusedException if a broker refused the client
   * @throws IOException if no broker could be asked; the message names each and the reason
   */
  public static void run(ConnectionOptions options) throws IOException {
    StringBuilder reasons = new StringBuilder();
    for (URI broker : options.brokers()) {
      try {
        connect(options, broker);
        return;
      } catch (MqttException e) {
        if (e.getReasonCode() == NOT_AUTHORIZED || e.getReasonCode() == BAD_USER_NAME_OR_PASSWORD) {
          throw new RefusedException(broker + " refused", e);
        }
        reasons.append(reasons.isEmpty() ? "" : "; ").append(broker).append(": ").append(reason(e));
      }
    }
    throw new IOException(reasons.toString());
  }

  private static void connect(ConnectionOptions options, URI broker) throws MqttException {
    MqttAsyncClient client =
        new MqttAsyncClient(
            PahoSecurity.address(broker), options.clientId(), new MemoryPersistence());
    MqttConnectionOptions paho = new MqttConnectionOptions();
    paho.setAutomaticReconnect(false);
    paho.setConnectionTimeout(TIMEOUT_SECONDS);
    PahoSecurity.apply(options, broker, paho);
    try {
      client.connect(paho).waitForCompletion(TIMEOUT_SECONDS * 1_000L);
      client.disconnect().waitForCompletion(TIMEOUT_SECONDS * 1_000L);
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
