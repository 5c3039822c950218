package io.coterie.protocol.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectionOptionsTest {
  @Test
  void readsAddressesInTheirOrder() {
    assertEquals(
        List.of(
            URI.create("mqtt://a:1883"),
            URI.create("mqtt://b:1884"),
            URI.create("mqtt://[::1]:9"),
            URI.create("mqtts://c:8883"),
            URI.create("mqtts://d:1")),
        ConnectionOptions.parseBrokers("a, mqtt://b:1884, tcp://[::1]:9, mqtts://c, mqtts://d:1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http://a", "mqtt://", "mqtt://a:99999", "a b", "mqtt://a,,b"})
  void namesTheAddressThatIsWrong(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ConnectionOptions.parseBrokers(text));
    assertTrue(e.getMessage().startsWith("broker address must look like"), e.getMessage());
  }

  @Test
  void refusesAKeepAliveThatKicksHealthyClients() {
    List<URI> brokers = ConnectionOptions.parseBrokers("a");
    assertThrows(
        IllegalArgumentException.class,
        () -> new ConnectionOptions(brokers, "c", 1, 1, Optional.empty(), Optional.empty()));
  }

  @Test
  void sendsNoPasswordInClearThatIsForOneBrokerOnly() {
    Login login = new Login("a", "secret-password", "0".repeat(64), "");
    ConnectionOptions plain = ConnectionOptions.of(ConnectionOptions.parseBrokers("hub"), "c");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> plain.withLogin(Optional.of(login)));
    assertTrue(e.getMessage().contains("mqtts://"), e.getMessage());
    ConnectionOptions tls = ConnectionOptions.of(ConnectionOptions.parseBrokers("mqtts://h"), "c");
    assertFalse(tls.withLogin(Optional.of(login)).toString().contains("secret-password"));
  }

  @Test
  void closesWithoutEverHavingConnectedAndTwice() {
    PahoBus bus =
        new PahoBus(ConnectionOptions.of(ConnectionOptions.parseBrokers("127.0.0.1:1"), "c"));
    bus.start(() -> {});
    bus.close();
    bus.close();
  }

  @Test
  void backsOffByDoublingWithJitterUpToABound() {
    assertEquals(50, Backoff.delayMs(1, 0));
    assertEquals(99, Backoff.delayMs(1, 0.999));
    assertEquals(100, Backoff.delayMs(2, 0));
    assertEquals(500, Backoff.delayMs(1_000_000, 0));
    assertTrue(Backoff.delayMs(1_000_000, 0.999) <= Backoff.MAX_MS);
  }

  @Test
  void isImpatientAtFirstWhereThereIsAnotherAddress() {
    assertEquals(5, Backoff.connectSeconds(1, 0));
    assertEquals(1, Backoff.connectSeconds(2, 0));
    assertEquals(2, Backoff.connectSeconds(2, 1));
    assertEquals(5, Backoff.connectSeconds(2, 1_000_000));
  }
}
