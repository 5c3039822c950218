package io.coterie.cli.hub;

import io.coterie.hub.WebPorts;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether and where a hub has pages for browsers and monitoring. */
final class PagesOption {
  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description =
          "port of dashboard, health and metrics, on this machine or with --open on --bind, also"
              + " with --broker; 0 for none of them (default: 8080 if it is free)")
  private Integer httpPort;

  @Option(
      names = "--https-port",
      paramLabel = "PORT",
      description =
          "the same for other machines, with TLS and credentials (default: 8443 if it is free, and"
              + " none on the loopback)")
  private Integer httpsPort;

  /** Where they are wanted; empty for nowhere. */
  Optional<WebPorts> ports() {
    return httpPort != null && httpPort == 0
        ? Optional.empty()
        : Optional.of(new WebPorts(UpCommand.optional(httpPort), UpCommand.optional(httpsPort)));
  }
}
