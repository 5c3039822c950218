package io.coterie.protocol.access;

import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Pin;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * What a board needs to join: where the hub is, how to tell that it is the hub, and a secret that
 * admits one board once. As text it is one word, {@code coterie1-…}.
 *
 * @param brokers addresses of the hub, comma-separated; empty where the board has to look for it
 * @param ca SHA-256 digest of the hub's CA certificate, as 64 hex digits
 * @param secret until it is used or expires, whoever has it can join
 */
public record JoinToken(String brokers, String ca, String secret) {
  /** How every token begins. */
  public static final String PREFIX = "coterie1-";

  /** The prefix of user names with which boards ask a hub for a credential. */
  public static final String ENROL = "enrol:";

  private static final String CURE = ": make a new one on the hub with 'coterie credential invite'";

  public JoinToken {
    brokers = brokers == null ? "" : brokers;
    if (!brokers.isEmpty()) {
      ConnectionOptions.parseBrokers(brokers);
    }
    Pin.check(ca);
    Check.text(secret, "secret");
  }

  /** The token as one word. */
  public String text() {
    byte[] json = Json.bytes(this);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(json);
  }

  /**
   * Reads a token.
   *
   * @throws IllegalArgumentException if it is none; the message does not repeat it
   */
  public static JoinToken parse(String text) {
    String word = text.strip();
    if (!word.startsWith(PREFIX)) {
      throw new IllegalArgumentException("a join token begins with " + PREFIX + CURE);
    }
    try {
      byte[] json = Base64.getUrlDecoder().decode(word.substring(PREFIX.length()));
      return Json.read(new String(json, StandardCharsets.UTF_8), JoinToken.class);
    } catch (IllegalArgumentException | JsonException e) {
      throw new IllegalArgumentException("the join token is incomplete or mistyped" + CURE);
    }
  }

  /** The hub's addresses; none where the board has to look for it. */
  public List<URI> addresses() {
    return brokers.isEmpty() ? List.of() : ConnectionOptions.parseBrokers(brokers);
  }

  /** Without the secret: records are easily logged. */
  @Override
  public String toString() {
    return "JoinToken[brokers=" + brokers + ", ca=" + ca + "]";
  }
}
