package io.coterie.cli.hub;

import io.coterie.cli.access.HubSecrets;
import io.coterie.client.discovery.Announcer;
import io.coterie.client.discovery.HubAnnouncement;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Option;

/** Whether a hub that other machines may use tells them by mDNS where it is. */
final class MdnsOption {
  @Option(
      names = "--no-mdns",
      description =
          "do not announce the hub to other machines by mDNS, as _coterie._tcp, _secure-mqtt._tcp"
              + " and _mqtt._tcp")
  private boolean off;

  /**
   * Starts announcing where that is wanted and other machines can come in.
   *
   * @param rest closes the rest of the hub
   * @param ports where it listens without TLS, then with TLS, if it does
   * @param serves whether they are let in, at the moment
   * @return what closes both
   */
  Runnable start(
      Runnable rest,
      ListenerOptions listening,
      List<Integer> ports,
      HubOptions options,
      BooleanSupplier serves)
      throws IOException {
    if (off || !listening.toOthers()) {
      return rest;
    }
    HubAnnouncement announcement = announcement(listening, ports, options);
    Announcer announcer = Announcer.announce(announcement, listening.bind(), serves);
    return () -> {
      // Goodbyes take two seconds, in which the rest can end.
      Thread goodbye = new Thread(announcer::close, "mdns-close");
      goodbye.start();
      rest.run();
      try {
        goodbye.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private static HubAnnouncement announcement(
      ListenerOptions listening, List<Integer> ports, HubOptions options) throws IOException {
    boolean guarded = listening.guarded();
    String ca = guarded ? HubSecrets.of(options.folder()).certificates().fingerprint() : "";
    OptionalInt tls = guarded ? OptionalInt.of(ports.get(1)) : OptionalInt.empty();
    OptionalInt plain =
        guarded && !listening.plain() ? OptionalInt.empty() : OptionalInt.of(ports.get(0));
    return new HubAnnouncement(options.id(), options.topics().base(), ca, tls, plain);
  }
}
