package org.eclipse.paho.mqttv5.client.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The build has put the short wait into Paho's classes, where a release still has the long one. */
final class PauseTest {
  @ParameterizedTest
  @ValueSource(strings = {"CommsSender", "CommsReceiver", "CommsCallback"})
  void paysNoHundredMilliseconds(String name) throws IOException {
    String file = "internal/" + name + ".class";
    try (InputStream in = MqttAsyncClient.class.getResourceAsStream(file)) {
      String constants = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      assertTrue(
          constants.contains("org/eclipse/paho/mqttv5/client/internal/Pause"), "this release does not sleep: " + name);
    }
  }
}
