package io.coterie.broker.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.broker.BrokerOptions;
import io.coterie.broker.EmbeddedBroker;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("broker")
final class OriginTest {
  @Test
  void letsWhatIsNoBrowserIn() {
    assertTrue(Origin.refuse(null, "hub", true).isEmpty());
  }

  @Test
  void letsPagesOfThisMachineIn() {
    assertTrue(Origin.refuse("http://127.0.0.1:8080", "127.0.0.1:9001", true).isEmpty());
    assertTrue(Origin.refuse("http://localhost:8080", "127.0.0.1:9001", true).isEmpty());
    assertTrue(Origin.refuse("http://[::1]:8080", "[::1]:9001", true).isEmpty());
    assertTrue(Origin.refuse("http://hub.local:8080", "hub.local:9001", false).isEmpty());
  }

  @Test
  void refusesPagesFromElsewhere() {
    assertTrue(Origin.refuse("https://evil.example", "127.0.0.1:9001", true).isPresent());
    assertTrue(Origin.refuse("https://evil.example", "hub.local:9001", false).isPresent());
    assertTrue(Origin.refuse("null", "127.0.0.1:9001", true).isPresent());
    assertTrue(Origin.refuse("http://127.0.0.1.evil.example", "127.0.0.1", true).isPresent());
    assertTrue(Origin.refuse("not a | URI", "127.0.0.1", true).isPresent());
  }

  @Test
  void refusesNamesThatWereMadeToPointHere() {
    assertTrue(Origin.refuse("http://evil.example", "evil.example:9001", true).isPresent());
    assertTrue(Origin.refuse("http://localhost", null, true).isPresent());
  }

  @Test
  void standsBeforeTheBroker() throws Exception {
    BrokerOptions options = BrokerOptions.loopback(0).withLocalWebSocket();
    try (EmbeddedBroker broker = EmbeddedBroker.start(options)) {
      assertEquals("HTTP/1.1 403", handshake(broker, "https://evil.example"));
      assertEquals("HTTP/1.1 101", handshake(broker, "http://localhost:8080"));
    }
  }

  private static String handshake(EmbeddedBroker broker, String origin) throws Exception {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), broker.localWebSocketPort())) {
      String request =
          """
          GET /mqtt HTTP/1.1
          Host: localhost
          Origin: ORIGIN
          Upgrade: websocket
          Connection: Upgrade
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Protocol: mqtt

          """
              .replace("ORIGIN", origin)
              .replace("\n", "\r\n");
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
  }
}
