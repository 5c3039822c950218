package io.coterie.protocol.bus;

import io.coterie.protocol.json.Check;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a client needs to log in: its credentials, and how it recognises the broker.
 *
 * @param user the user name
 * @param password the user's password
 * @param ca SHA-256 digest of the only CA certificate that is believed, as 64 hex digits; empty to
 *     believe those that Java believes
 * @param brokers addresses, comma-separated; empty where the user names them
 */
public record Login(String user, String password, String ca, String brokers) {
  public Login {
    Check.text(user, "user");
    Check.text(password, "password");
    ca = ca == null ? "" : ca;
    brokers = brokers == null ? "" : brokers;
    if (!ca.isEmpty()) {
      Pin.check(ca);
    }
    if (!brokers.isEmpty()) {
      ConnectionOptions.parseBrokers(brokers);
    }
  }

  /** The addresses; empty if the user has to name them. */
  public List<URI> addresses() {
    return brokers.isEmpty() ? List.of() : ConnectionOptions.parseBrokers(brokers);
  }

  /** The same at other addresses. */
  public Login at(List<URI> addresses) {
    String text = addresses.stream().map(URI::toString).collect(Collectors.joining(","));
    return new Login(user, password, ca, text);
  }

  /** Without the password: records are easily logged. */
  @Override
  public String toString() {
    return "Login[user=" + user + ", ca=" + ca + ", brokers=" + brokers + "]";
  }
}
