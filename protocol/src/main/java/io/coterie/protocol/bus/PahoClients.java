package io.coterie.protocol.bus;

import java.util.Arrays;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Paho's clients need to be rid of, and to be understood. */
final class PahoClients {
  private static final Logger log = LoggerFactory.getLogger(PahoClients.class);

  /** MQTT 5, 2.4: reason codes from here on are failures. */
  private static final int FIRST_FAILURE = 0x80;

  private PahoClients() {}

  /** Ends a client whatever state it is in. Never throws. */
  static void discard(MqttAsyncClient old) {
    if (old == null) {
      return;
    }
    try {
      old.disconnectForcibly(0, 0, false);
    } catch (MqttException | RuntimeException e) {
      // Paho throws a NullPointerException where the client never connected or is closed.
      log.trace("already disconnected: reason={}", e.getMessage());
    }
    try {
      old.close(true);
    } catch (MqttException | RuntimeException e) {
      log.trace("already closed: reason={}", e.getMessage());
    }
  }

  /** Whether the broker's answer says that it did not do what was asked for. */
  static boolean isRefused(IMqttToken answered) {
    int[] codes = answered.getReasonCodes();
    return codes != null && Arrays.stream(codes).anyMatch(code -> code >= FIRST_FAILURE);
  }

  /** Why, in words. */
  static String reason(MqttException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
