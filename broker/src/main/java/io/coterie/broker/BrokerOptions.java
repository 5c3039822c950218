package io.coterie.broker;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the broker listens. Messages, sessions and retained messages are kept in memory only:
 * everything on the wire is soft state that its owner announces again.
 *
 * @param bindAddress numeric address of an interface; {@code 0.0.0.0} for all
 * @param port 0 to 65535; 0 picks a free one
 * @param webSocketPort like {@code port}; empty for no WebSocket listener, whose path is {@code
 *     /mqtt}
 * @param maxPacketBytes larger packets end their sender's connection; 1 KiB to 256 MiB
 * @param authenticator who may connect
 * @param tls a second listener, with TLS; where there is one, WebSockets are on its address and use
 *     TLS too
 * @param localWebSocket whether pages on this machine find a WebSocket listener without TLS, on a
 *     free port of the loopback interface
 */
public record BrokerOptions(
    String bindAddress,
    int port,
    OptionalInt webSocketPort,
    int maxPacketBytes,
    Authenticator authenticator,
    Optional<TlsListener> tls,
    boolean localWebSocket) {
  /** MQTT's registered port. */
  public static final int PORT = 1883;

  /** The same with TLS. */
  public static final int TLS_PORT = 8883;

  private static final int MAX_PACKET_BYTES = 16 << 20;
  private static final int LARGEST_PACKET_BYTES = 256 << 20;
  static final String LOOPBACK = "127.0.0.1";

  public BrokerOptions {
    checkAddress(bindAddress);
    checkPort(port, "port");
    webSocketPort.ifPresent(value -> checkPort(value, "webSocketPort"));
    if (maxPacketBytes < 1024 || maxPacketBytes > LARGEST_PACKET_BYTES) {
      throw new IllegalArgumentException(
          "must be 1024 to " + LARGEST_PACKET_BYTES + ": maxPacketBytes=" + maxPacketBytes);
    }
    if (authenticator == null) {
      throw new IllegalArgumentException("missing: admission");
    }
    if (tls == null) {
      throw new IllegalArgumentException("missing: tls");
    }
  }

  /** For this machine only, without WebSocket, packets up to 16 MiB. */
  public static BrokerOptions loopback(int port) {
    return new BrokerOptions(
        "127.0.0.1",
        port,
        OptionalInt.empty(),
        MAX_PACKET_BYTES,
        Authenticator.loopbackOnly(),
        Optional.empty(),
        false);
  }

  /** The same on another interface. */
  public BrokerOptions withBindAddress(String address) {
    return new BrokerOptions(
        address, port, webSocketPort, maxPacketBytes, authenticator, tls, localWebSocket);
  }

  /** The same with a WebSocket listener. */
  public BrokerOptions withWebSocketPort(int value) {
    return new BrokerOptions(
        bindAddress,
        port,
        OptionalInt.of(value),
        maxPacketBytes,
        authenticator,
        tls,
        localWebSocket);
  }

  /** The same with another rule for who may connect. */
  public BrokerOptions withAuthenticator(Authenticator rule) {
    return new BrokerOptions(
        bindAddress, port, webSocketPort, maxPacketBytes, rule, tls, localWebSocket);
  }

  /** The same on free ports of the loopback interface, for a {@link TcpForwarder} to lead to. */
  public BrokerOptions behindForwarder() {
    OptionalInt freeWebSocketPort =
        webSocketPort.isPresent() ? OptionalInt.of(0) : OptionalInt.empty();
    return new BrokerOptions(
        LOOPBACK,
        0,
        freeWebSocketPort,
        maxPacketBytes,
        authenticator,
        tls.map(listener -> listener.at(LOOPBACK, 0)),
        false);
  }

  /** The same with a TLS listener. */
  public BrokerOptions withTls(TlsListener listener) {
    return new BrokerOptions(
        bindAddress,
        port,
        webSocketPort,
        maxPacketBytes,
        authenticator,
        Optional.of(listener),
        localWebSocket);
  }

  /** The same with a WebSocket listener for pages on this machine. */
  public BrokerOptions withLocalWebSocket() {
    return new BrokerOptions(
        bindAddress, port, webSocketPort, maxPacketBytes, authenticator, tls, true);
  }

  /** Where WebSockets are listened for. */
  String webSocketAddress() {
    return tls.map(TlsListener::bindAddress).orElse(bindAddress);
  }

  static void checkAddress(String bindAddress) {
    if (bindAddress == null || !bindAddress.matches("[0-9a-fA-F.:]{2,45}")) {
      throw new IllegalArgumentException("must be a numeric address: bindAddress=" + bindAddress);
    }
  }

  static void checkPort(int port, String field) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("must be 0 to 65535: " + field + "=" + port);
    }
  }
}
