package io.coterie.hub;

import io.coterie.orchestrator.web.WebOptions;
import java.util.OptionalInt;

/**
 * Where a hub listens for browsers and monitoring.
 *
 * @param given without TLS; empty for the usual one, if that is free
 * @param tlsGiven with TLS, where there are credentials; empty for the usual one, if that is free
 */
public record WebPorts(OptionalInt given, OptionalInt tlsGiven) {
  int port() {
    return given.orElse(WebOptions.PORT);
  }

  int tlsPort() {
    return tlsGiven.orElse(WebOptions.TLS_PORT);
  }
}
