package io.coterie.hub;

import io.coterie.broker.BrokerException;
import io.coterie.client.discovery.Announcer;
import io.coterie.client.discovery.HubAnnouncement;
import io.coterie.hub.access.HubSecrets;
import io.coterie.inference.ModelException;
import io.coterie.orchestrator.HomeAssistantLink;
import io.coterie.orchestrator.metrics.FleetObserver;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A hub in this process: a broker of its own or one elsewhere, the orchestrator, the agent that
 * fuses, and as its options say pages, announcements to Home Assistant and by mDNS. With {@link
 * UpstreamBroker#standby()} it stands by for another hub.
 *
 * <p>Thread-safe.
 */
public final class Hub implements AutoCloseable {
  private final HubOptions options;
  private final Closer closer;
  private final HubParts parts;
  private final Optional<HubWeb> web;
  private final Optional<Announcer> announcer;

  private Hub(HubOptions options, Closer closer)
      throws BrokerException, IOException, ModelException, HubException {
    this.options = options;
    this.closer = closer;
    parts = parts();
    closer.add(parts);
    web = pages();
    if (options.home() && options.roles().contains(HubOptions.Role.ORCHESTRATOR)) {
      HomeAssistantLink link =
          new HomeAssistantLink(options.topics(), options.id(), parts.bus("home"));
      closer.add(link::close);
      link.start();
    }
    announcer = announcer();
  }

  /**
   * Starts a hub, which is closed by {@link #close()}. A usual port for pages that is taken costs
   * the pages, not the hub: {@link #problems()}.
   *
   * @throws HubException if it cannot listen, or ONNX Runtime does not work here
   * @throws IOException if its folder cannot be used
   */
  public static Hub start(HubOptions options) throws HubException, IOException {
    Closer closer = new Closer();
    try {
      return new Hub(options, closer);
    } catch (BrokerException | ModelException e) {
      closer.close();
      throw new HubException(e.getMessage(), e);
    } catch (HubException | IOException | RuntimeException e) {
      closer.close();
      throw e;
    }
  }

  private boolean standsBy() {
    return options.upstream().filter(UpstreamBroker::standby).isPresent();
  }

  private HubParts parts() throws BrokerException, IOException, ModelException {
    return standsBy() ? StandbyHub.start(options) : new ServingHub(options);
  }

  /** Pages of a standby are there all the time, so that monitoring finds them. */
  private Optional<HubWeb> pages() throws IOException, HubException {
    if (options.listening().web().isEmpty()) {
      return Optional.empty();
    }
    FleetObserver observer =
        new FleetObserver(options.topics(), parts.bus("observer"), parts::serves);
    HubWeb pages =
        parts.broker().isEmpty()
            ? HubWeb.onBroker(options, observer)
            : HubWeb.start(options, observer, parts.broker().get(), webSocketPort());
    closer.add(pages);
    return Optional.of(pages);
  }

  private OptionalInt webSocketPort() {
    return standsBy()
        ? options.listening().webSocketPort()
        : parts.broker().orElseThrow().broker().webSocketPort();
  }

  private Optional<Announcer> announcer() throws IOException {
    ListenerOptions listening = options.listening();
    if (!options.mdns() || parts.broker().isEmpty() || !listening.toOthers()) {
      return Optional.empty();
    }
    return Optional.of(Announcer.announce(announcement(), listening.bind(), parts::serves));
  }

  private HubAnnouncement announcement() throws IOException {
    ListenerOptions listening = options.listening();
    List<Integer> ports = parts.ports();
    boolean guarded = listening.guarded();
    String ca = guarded ? HubSecrets.of(options.folder()).certificates().fingerprint() : "";
    OptionalInt tls = guarded ? OptionalInt.of(ports.get(1)) : OptionalInt.empty();
    OptionalInt plain =
        guarded && !listening.plain() ? OptionalInt.empty() : OptionalInt.of(ports.get(0));
    return new HubAnnouncement(options.id(), options.topics().base(), ca, tls, plain);
  }

  /** The broker's address for programs on this machine; of a standby, the first hub's. */
  public URI address() {
    return options
        .upstream()
        .map(upstream -> upstream.addresses().get(0))
        .orElseGet(() -> parts.broker().orElseThrow().broker().address());
  }

  /**
   * The ports that clients come to: without TLS, then with TLS, 0 where there is none, then of a
   * standby for WebSockets; none with a broker elsewhere that is used for good.
   */
  public List<Integer> ports() {
    return parts.ports();
  }

  /** Where browsers find the pages; nowhere without. */
  public List<URI> pageAddresses() {
    return web.map(HubWeb::addresses).orElse(List.of());
  }

  /** What the hub does without since it started, and why, such as pages whose port is taken. */
  public List<String> problems() {
    return web.map(HubWeb::problems).orElse(List.of());
  }

  /** Whether clients are let in at this moment: always, but for a standby. */
  public boolean serves() {
    return parts.serves();
  }

  /** Completes with the reason when the hub's agent ends by itself. */
  public CompletableFuture<String> ended() {
    return parts.ended();
  }

  /**
   * Tells again and again, until the hub hangs or ends, what it does.
   *
   * @param listener is called on a thread of the hub and must not block
   */
  public void pulse(long periodMs, Consumer<String> listener) {
    parts.pulse(periodMs, listener);
  }

  /** Says goodbye and ends all parts; takes up to some seconds. Idempotent. */
  @Override
  public void close() {
    // Goodbyes take two seconds, in which the rest can end.
    Thread goodbye = new Thread(() -> announcer.ifPresent(Announcer::close), "mdns-close");
    goodbye.start();
    try {
      closer.close();
    } finally {
      try {
        goodbye.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
