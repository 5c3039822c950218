package io.coterie.orchestrator.web;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How to listen for HTTP.
 *
 * @param bindAddress numeric address of an interface
 * @param port 0 to 65535; 0 picks a free one
 * @param tls empty for plain HTTP
 * @param access who may read health reasons and metrics; empty for everybody
 */
public record WebOptions(
    String bindAddress, int port, Optional<SSLContext> tls, Optional<Access> access) {
  /** The usual port. */
  public static final int PORT = 8080;

  /** The same with TLS. */
  public static final int TLS_PORT = 8443;

  public WebOptions {
    if (bindAddress == null || !bindAddress.matches("[0-9a-fA-F.:]{2,45}")) {
      throw new IllegalArgumentException("must be a numeric address: bindAddress=" + bindAddress);
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("must be 0 to 65535: port=" + port);
    }
  }

  /** Plain HTTP for everybody who reaches it. */
  public static WebOptions plain(String bindAddress, int port) {
    return new WebOptions(bindAddress, port, Optional.empty(), Optional.empty());
  }

  /** Whether only this machine reaches it. */
  boolean loopback() {
    return bindAddress.startsWith("127.") || bindAddress.equals("::1");
  }
}
