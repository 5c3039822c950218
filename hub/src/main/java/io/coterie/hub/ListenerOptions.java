package io.coterie.hub;

import io.coterie.broker.BrokerOptions;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a hub with its own broker listens, and for whom.
 *
 * @param bind numeric address; on the loopback everybody on this machine is let in without TLS, and
 *     nobody else
 * @param port without TLS: on the loopback, unless {@code plain} or {@code open}
 * @param tlsPort with TLS, on {@code bind}; where it is empty, the usual one, and on the loopback
 *     none
 * @param webSocketPort with TLS where there is TLS
 * @param plain whether other machines may send their passwords without TLS
 * @param open whether everybody who reaches {@code bind} is let in, without TLS and password
 * @param web for browsers and monitoring; empty for none
 */
public record ListenerOptions(
    String bind,
    int port,
    OptionalInt tlsPort,
    OptionalInt webSocketPort,
    boolean plain,
    boolean open,
    Optional<WebPorts> web) {
  static final String LOOPBACK = "127.0.0.1";

  public ListenerOptions {
    if (plain && open) {
      throw new IllegalArgumentException("--plain and --open exclude each other");
    }
  }

  /** Without pages. */
  public ListenerOptions(
      String bind,
      int port,
      OptionalInt tlsPort,
      OptionalInt webSocketPort,
      boolean plain,
      boolean open) {
    this(bind, port, tlsPort, webSocketPort, plain, open, Optional.empty());
  }

  /** For this machine only. */
  public static ListenerOptions loopback(int port) {
    return new ListenerOptions(
        LOOPBACK, port, OptionalInt.empty(), OptionalInt.empty(), false, false);
  }

  /** The same with pages for browsers and monitoring, or without. */
  public ListenerOptions withPages(Optional<WebPorts> ports) {
    return new ListenerOptions(bind, port, tlsPort, webSocketPort, plain, open, ports);
  }

  /** Whether other machines can reach it. */
  public boolean toOthers() {
    return !bind.startsWith("127.") && !bind.equals("::1");
  }

  /** Whether it takes TLS and credentials. */
  public boolean guarded() {
    return !open && (toOthers() || tlsPort.isPresent());
  }

  /** Where it listens with TLS. */
  int securePort() {
    return tlsPort.orElse(BrokerOptions.TLS_PORT);
  }

  /** Where it listens without TLS. */
  String plainAddress() {
    return guarded() && !plain ? LOOPBACK : bind;
  }

  /** Where it listens for WebSockets: with pages, on a free port where none is given. */
  OptionalInt pagesWebSocketPort() {
    return webSocketPort.isPresent() || web.isEmpty() ? webSocketPort : OptionalInt.of(0);
  }

  /** Whether pages on this machine need a listener of their own, because the other takes TLS. */
  boolean localWebSocket() {
    return guarded() && web.isPresent();
  }
}
