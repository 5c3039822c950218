package io.coterie.protocol.bus;

import java.util.Arrays;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes Paho's clients in any state and puts their failures into words. */
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

  /** Whether the broker has answered and its reason codes say that it granted the request. */
  static boolean isGranted(IMqttToken asked) {
    if (!asked.isComplete() || asked.getException() != null) {
      return false;
    }
    int[] codes = asked.getReasonCodes();
    return codes == null || Arrays.stream(codes).allMatch(code -> code < FIRST_FAILURE);
  }

  /** The reason of a failure, in words. */
  static String reason(MqttException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
