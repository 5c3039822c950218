package io.coterie.protocol.bus;

import io.coterie.protocol.json.Check;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How a client connects.
 *
 * @param brokers addresses in order of preference, such as {@code mqtt://192.168.1.10:1883}, or
 *     {@code mqtts://} for TLS
 * @param clientId MQTT client identifier, unique at the broker
 * @param keepAliveSeconds at least 2: with 1 second brokers drop healthy idle clients
 * @param maxPacketBytes larger packets are not sent to this client by the broker
 * @param will what the broker publishes when this client vanishes
 * @param login user name and password, and which broker to believe; none for brokers without
 */
public record ConnectionOptions(
    List<URI> brokers,
    String clientId,
    int keepAliveSeconds,
    long maxPacketBytes,
    Optional<Message> will,
    Optional<Login> login) {
  /** The keep-alive in seconds. A frozen board is noticed after about this time. */
  public static final int KEEP_ALIVE_SECONDS = 2;

  /** Large enough for the largest frame and for a large student model. */
  public static final long MAX_PACKET_BYTES = 16L << 20;

  private static final int DEFAULT_PORT = 1883;
  private static final int DEFAULT_TLS_PORT = 8883;
  private static final String TLS = "mqtts";

  public ConnectionOptions {
    brokers = Check.list(brokers, "brokers");
    if (brokers.isEmpty()) {
      throw new IllegalArgumentException("must not be empty: brokers");
    }
    Check.text(clientId, "clientId");
    if (keepAliveSeconds < KEEP_ALIVE_SECONDS) {
      throw new IllegalArgumentException("must be >= 2: keepAliveSeconds=" + keepAliveSeconds);
    }
    Check.positive(maxPacketBytes, "maxPacketBytes");
    Check.present(will, "will");
    Check.present(login, "login");
    for (URI broker : brokers) {
      if (!allows(login, broker)) {
        // A password that is for one broker only is not to be read by others on its way.
        throw new IllegalArgumentException(
            "the credential "
                + login.map(Login::user).orElse("")
                + " needs TLS, use mqtts:// instead of "
                + broker);
      }
    }
  }

  /** Whether this client's password may be sent to this address. */
  boolean allows(URI broker) {
    return allows(login, broker);
  }

  private static boolean allows(Optional<Login> login, URI broker) {
    return isTls(broker) || login.map(Login::ca).orElse("").isEmpty();
  }

  /** Usual settings for a client without a will. */
  public static ConnectionOptions of(List<URI> brokers, String clientId) {
    return new ConnectionOptions(
        brokers,
        clientId,
        KEEP_ALIVE_SECONDS,
        MAX_PACKET_BYTES,
        Optional.empty(),
        Optional.empty());
  }

  public ConnectionOptions withWill(Message newWill) {
    return new ConnectionOptions(
        brokers, clientId, keepAliveSeconds, maxPacketBytes, Optional.of(newWill), login);
  }

  public ConnectionOptions withMaxPacketBytes(long bytes) {
    return new ConnectionOptions(brokers, clientId, keepAliveSeconds, bytes, will, login);
  }

  public ConnectionOptions withLogin(Optional<Login> newLogin) {
    return new ConnectionOptions(
        brokers, clientId, keepAliveSeconds, maxPacketBytes, will, newLogin);
  }

  /** Whether the connection to this broker is to use TLS. */
  static boolean isTls(URI broker) {
    return TLS.equals(broker.getScheme());
  }

  /**
   * Reads a comma-separated list of addresses: {@code mqtt://host:port}, {@code mqtts://host:port},
   * or without TLS {@code host} or {@code host:port}.
   *
   * @throws IllegalArgumentException naming the address that is wrong
   */
  public static List<URI> parseBrokers(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).map(ConnectionOptions::parse).toList();
  }

  private static URI parse(String text) {
    try {
      URI uri = new URI(text.contains("://") ? text : "mqtt://" + text);
      boolean plain = "mqtt".equals(uri.getScheme()) || "tcp".equals(uri.getScheme());
      if (!(plain || isTls(uri)) || uri.getHost() == null || uri.getPort() > 65_535) {
        throw new IllegalArgumentException(
            "broker address must look like mqtt://HOST:PORT: " + text);
      }
      int usual = plain ? DEFAULT_PORT : DEFAULT_TLS_PORT;
      int port = uri.getPort() < 0 ? usual : uri.getPort();
      return new URI(plain ? "mqtt" : TLS, null, uri.getHost(), port, null, null, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "broker address must look like mqtt://HOST:PORT: " + text, e);
    }
  }
}
