package io.coterie.broker;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.metrics.HiveMQMetrics;
import io.coterie.protocol.bus.MessageBus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HiveMQ CE within this process. Starting takes one to two seconds, stopping as long.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

  private final Path folder;
  private final EmbeddedHiveMQ hiveMq;
  private final HubExtension extension;
  private final BrokerOptions options;
  private final Configuration.Bound bound;
  private final QueueBudget queues;
  private boolean closed;

  private EmbeddedBroker(BrokerOptions options, Configuration.Bound bound, QueueLimits limits)
      throws IOException {
    this.options = options;
    queues = new QueueBudget(limits);
    this.bound = bound;
    this.extension = new HubExtension(options.authenticator());
    folder = Files.createTempDirectory("coterie-broker-");
    Path configuration = folder.resolve("conf");
    Configuration.write(configuration, options, bound);
    hiveMq =
        EmbeddedHiveMQ.builder()
            .withConfigurationFolder(configuration)
            .withDataFolder(Files.createDirectories(folder.resolve("data")))
            .withExtensionsFolder(Files.createDirectories(folder.resolve("extensions")))
            .withEmbeddedExtension(embedded(extension))
            .withoutLoggingBootstrap()
            .build();
  }

  private static EmbeddedExtension embedded(HubExtension extension) {
    return EmbeddedExtension.builder()
        .withId("coterie")
        .withName("Coterie")
        .withVersion("1")
        .withExtensionMain(extension)
        .build();
  }

  /**
   * Starts a broker; it accepts connections when this returns.
   *
   * @throws BrokerException if it cannot listen, such as where the port is taken
   */
  public static EmbeddedBroker start(BrokerOptions options) throws BrokerException {
    return start(options, QueueLimits.ofThisProcess());
  }

  static EmbeddedBroker start(BrokerOptions options, QueueLimits limits) throws BrokerException {
    Configuration.Bound bound = reserve(options);
    Configuration.setInternals(options, bound);
    QuietLogs.apply();
    // HiveMQ installs a handler of its own, which may end the JVM.
    Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    try {
      EmbeddedBroker broker = new EmbeddedBroker(options, bound, limits);
      broker.startHiveMq();
      return broker;
    } catch (IOException e) {
      throw new BrokerException("cannot write the broker's files: " + e.getMessage(), e);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(handler);
    }
  }

  private static Configuration.Bound reserve(BrokerOptions options) throws BrokerException {
    int port = PortCheck.reserve(options.bindAddress(), options.port(), "--port");
    int tlsPort = 0;
    if (options.tls().isPresent()) {
      TlsListener tls = options.tls().get();
      tlsPort = PortCheck.reserve(tls.bindAddress(), tls.port(), "--tls-port");
    }
    int webSocketPort = 0;
    if (options.webSocketPort().isPresent()) {
      int wanted = options.webSocketPort().getAsInt();
      webSocketPort = PortCheck.reserve(options.webSocketAddress(), wanted, "--websocket-port");
    }
    int localWebSocketPort =
        options.localWebSocket() ? PortCheck.reserve(BrokerOptions.LOOPBACK, 0, "none") : 0;
    return new Configuration.Bound(port, tlsPort, webSocketPort, localWebSocketPort);
  }

  private void startHiveMq() throws BrokerException {
    long startNs = System.nanoTime();
    try {
      hiveMq.start().get();
      BoundedClientQueues.install(hiveMq, queues, extension::disconnectSlow);
    } catch (BrokerException e) {
      close();
      throw e;
    } catch (ExecutionException e) {
      close();
      throw new BrokerException("broker did not start: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new BrokerException("interrupted while the broker started", e);
    }
    // Read once and not needed again; a killed process would leave it behind.
    deleteFolder();
    log.info(
        "broker started: bind={} port={} tls={} tlsPort={} webSocketPort={} ms={}",
        options.bindAddress(),
        bound.port(),
        options.tls().map(TlsListener::bindAddress).orElse("none"),
        bound.tlsPort(),
        bound.webSocketPort(),
        (System.nanoTime() - startNs) / 1_000_000);
  }

  /** Where HiveMQ's files were; gone once it has started. */
  Path folder() {
    return folder;
  }

  /** The TCP port it listens on. */
  public int port() {
    return bound.port();
  }

  /** The port it listens on with TLS; 0 without. */
  public int tlsPort() {
    return bound.tlsPort();
  }

  /** The WebSocket port it listens on. */
  public OptionalInt webSocketPort() {
    return options.webSocketPort().isPresent()
        ? OptionalInt.of(bound.webSocketPort())
        : OptionalInt.empty();
  }

  /** The WebSocket port without TLS that only this machine reaches; 0 without. */
  public int localWebSocketPort() {
    return bound.localWebSocketPort();
  }

  /** Address for clients on this machine. */
  public URI address() {
    boolean any = options.bindAddress().equals("0.0.0.0") || options.bindAddress().equals("::");
    String host = any ? "127.0.0.1" : options.bindAddress();
    return URI.create(
        "mqtt://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + bound.port());
  }

  /**
   * A bus for a role within this process: no socket, no codec. It hears what clients and other such
   * buses publish, and the wills of clients. Messages to it carry no QoS: each arrives once.
   */
  public MessageBus bus() {
    return new InProcessBus(extension);
  }

  /**
   * From now on, what is published on some topics is taken only if the rule says so. Otherwise
   * nobody hears it.
   *
   * @param watched on which topics the rule is asked; as thread-safe as the rule
   */
  public void setPublishFilter(Predicate<String> watched, PublishRule rule) {
    extension.setPublishFilter(new PublishFilter(watched, rule));
  }

  /**
   * Whether anybody within this process, or a client whose identifier begins so, has a subscription
   * to exactly this filter, confirmed by the broker.
   */
  public boolean isSubscribed(String clientPrefix, String filter) {
    return extension.isSubscribed(clientPrefix, filter);
  }

  /** How many messages were not kept for clients that did not take what waited for them. */
  long droppedForSlowClients() {
    return queues.refused();
  }

  /** Estimated bytes of the messages that wait for clients, by HiveMQ's own count. */
  long queuedBytes() {
    String gauge = HiveMQMetrics.QUEUED_MESSAGES_MEMORY_PERSISTENCE_TOTAL_SIZE.name();
    return ((Number) hiveMq.getMetricRegistry().getGauges().get(gauge).getValue()).longValue();
  }

  /** Forgets every retained message; the future ends when they are gone. */
  public CompletableFuture<Void> forget() {
    return extension.forget();
  }

  /** Ends the connections of a user; nothing more is taken from them. */
  public void disconnectUser(String userName) {
    extension.disconnectUser(userName);
  }

  /** Ends all connections and forgets all messages. Idempotent. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    extension.stop();
    try {
      hiveMq.stop().get();
    } catch (ExecutionException e) {
      log.warn("broker did not stop in good order: reason={}", e.getCause().getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    deleteFolder();
  }

  private void deleteFolder() {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      log.warn("not deleted: folder={} reason={}", folder, e.getMessage());
    }
  }
}
