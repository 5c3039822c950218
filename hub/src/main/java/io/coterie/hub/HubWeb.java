package io.coterie.hub;

import io.coterie.broker.Authenticator.ConnectRequest;
import io.coterie.broker.TlsListener;
import io.coterie.broker.access.CredentialAuthenticator;
import io.coterie.orchestrator.metrics.FleetObserver;
import io.coterie.orchestrator.web.Access;
import io.coterie.orchestrator.web.PageSettings;
import io.coterie.orchestrator.web.WebOptions;
import io.coterie.orchestrator.web.WebServer;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyStoreBuilderParameters;
import javax.net.ssl.SSLContext;

/**
 * The hub's pages: without TLS where the broker listens without, and with TLS and credentials where
 * the broker asks for them. A usual port that is taken costs the pages, not the hub.
 */
final class HubWeb implements Closer.Part {
  private final FleetObserver observer;
  private final List<WebServer> servers = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private HubWeb(FleetObserver observer) {
    this.observer = observer;
  }

  /** Beside a broker in this process. */
  static HubWeb start(
      HubOptions options, FleetObserver observer, HubBroker hub, OptionalInt webSocketPort)
      throws IOException, HubException {
    ListenerOptions listening = options.listening();
    WebPorts ports = listening.web().orElseThrow();
    Topics topics = options.topics();
    HubWeb web = new HubWeb(observer);
    boolean guarded = listening.guarded();
    int local = guarded ? hub.broker().localWebSocketPort() : webSocketPort.orElse(0);
    String bind = guarded ? ListenerOptions.LOOPBACK : listening.bind();
    try {
      web.listen(
          WebOptions.plain(bind, ports.port()),
          new PageSettings(topics.base(), local, false, false),
          ports.given(),
          "--http-port");
      if (guarded) {
        web.listen(
            secured(listening.bind(), ports.tlsPort(), hub, topics),
            new PageSettings(topics.base(), webSocketPort.orElse(0), true, true),
            ports.tlsGiven(),
            "--https-port");
      }
    } catch (IOException | HubException | RuntimeException e) {
      web.close();
      throw e;
    }
    observer.start();
    return web;
  }

  /**
   * Beside a broker elsewhere, whose address the page asks for: for this machine, or where the hub
   * is open for everybody.
   */
  static HubWeb onBroker(HubOptions options, FleetObserver observer)
      throws IOException, HubException {
    ListenerOptions listening = options.listening();
    WebPorts ports = listening.web().orElseThrow();
    String bind = listening.open() ? listening.bind() : ListenerOptions.LOOPBACK;
    HubWeb web = new HubWeb(observer);
    web.listen(
        WebOptions.plain(bind, ports.port()),
        new PageSettings(options.topics().base(), 0, false, false),
        ports.given(),
        "--http-port");
    observer.start();
    return web;
  }

  private void listen(WebOptions options, PageSettings settings, OptionalInt given, String option)
      throws IOException, HubException {
    try {
      servers.add(WebServer.start(options, observer, settings));
    } catch (BindException e) {
      String reason =
          "cannot listen on port "
              + options.port()
              + " of "
              + options.bindAddress()
              + " for browsers and monitoring ("
              + e.getMessage()
              + "): choose another port with "
              + option;
      if (given.isPresent()) {
        throw new HubException(reason, e);
      }
      problems.add("no dashboard: " + reason);
    }
  }

  private static WebOptions secured(String bind, int port, HubBroker hub, Topics topics)
      throws IOException {
    CredentialAuthenticator authenticator = hub.door().orElseThrow();
    Access access =
        (address, user, password) ->
            Topics.isName(user)
                && authenticator
                    .authenticate(
                        new ConnectRequest(
                            "http",
                            Optional.of(address),
                            true,
                            user,
                            password.getBytes(StandardCharsets.UTF_8)))
                    .filter(
                        principal ->
                            principal.authorizer().maySubscribe(topics.filter(Topic.AGENT_STATE)))
                    .isPresent();
    SSLContext context = context(hub.tls().orElseThrow());
    return new WebOptions(bind, port, Optional.of(context), Optional.of(access));
  }

  /** One that shows the certificate that the key store holds when somebody connects. */
  private static SSLContext context(TlsListener tls) throws IOException {
    try {
      RenewedKeyStore keys = new RenewedKeyStore(tls.keyStore(), tls.password());
      keys.getKeyStore();
      KeyManagerFactory managers = KeyManagerFactory.getInstance("NewSunX509");
      managers.init(new KeyStoreBuilderParameters(keys));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use " + tls.keyStore() + ": " + e.getMessage(), e);
    }
  }

  /** Where browsers find the pages. */
  List<URI> addresses() {
    return servers.stream().map(WebServer::address).toList();
  }

  /** Why there are no pages at a usual port. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public void close() {
    servers.forEach(WebServer::close);
    observer.close();
  }
}
