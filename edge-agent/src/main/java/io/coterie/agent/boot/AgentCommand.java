package io.coterie.agent.boot;

import io.coterie.agent.AgentOptions;
import io.coterie.agent.EdgeAgent;
import io.coterie.agent.Hardware;
import io.coterie.agent.board.BoardFile;
import io.coterie.agent.board.BoardSettings;
import io.coterie.agent.enrolment.Joining;
import io.coterie.client.discovery.HubSearch;
import io.coterie.client.discovery.HubSeeker;
import io.coterie.inference.ModelException;
import io.coterie.protocol.access.LoginFile;
import io.coterie.protocol.bus.BrokerDiscovery;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.runtime.FolderStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code coterie agent}. */
@Command(
    name = "agent",
    description = "Runs one board's agent until it is stopped.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:  coterie agent --join coterie1-eyJicm9rZXJzIjoi... --id kitchen"})
public final class AgentCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private AddressOption broker;
  @Mixin private TrustOption trust;

  @Option(
      names = "--id",
      paramLabel = "NAME",
      description = "the board's name (default: host name)")
  private String id;

  @Option(
      names = "--join",
      paramLabel = "TOKEN",
      description =
          "get a credential from the hub: a token from 'coterie credential invite', a file that"
              + " holds one, or - for standard input; later starts need none")
  private String join;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "folder for models and state (default: ~/.cache/coterie)")
  private Path cache;

  @Option(
      names = "--throttle",
      paramLabel = "F",
      defaultValue = "1",
      description = "emulate a board F times slower")
  private double throttle;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "threads for one inference (default: ${DEFAULT-VALUE})")
  private int threads;

  @Option(
      names = "--memory",
      paramLabel = "MB",
      description = "memory offered to models (default: half of the board's)")
  private Long memoryMb;

  @Option(
      names = "--uplink",
      paramLabel = "MBIT",
      description = "bandwidth to the broker in Mbit/s (default: 20)")
  private Double uplinkMbit;

  @Option(
      names = "--failure-probability",
      paramLabel = "P",
      description = "how often the board gives no answer in time, 0 to 1 (default: 0.05)")
  private Double failureProbability;

  @Option(
      names = "--board",
      paramLabel = "FILE",
      description = "what is attached to the board, such as a camera or an LED: docs/boards.md")
  private Path board;

  @Option(
      names = "--no-mdns",
      description =
          "do not look for the hub by mDNS where it does not answer at the addresses that the token"
              + " or the credential names")
  private boolean noMdns;

  @Option(names = "--stop-on-eof", hidden = true)
  private boolean stopOnEof;

  /** Returns 1 after it has said why, where the agent cannot start or has ended by itself. */
  @Override
  public Integer call() throws InterruptedException {
    String reason;
    try {
      reason = run();
    } catch (IOException | IllegalArgumentException e) {
      reason = e.getMessage();
    }
    spec.commandLine().getErr().println("coterie: " + reason);
    return 1;
  }

  private AgentOptions options() {
    return new AgentOptions(
        id == null ? hostName() : id,
        broker.topics().base(),
        cache == null ? FolderStore.usualFolder() : cache,
        throttle,
        threads,
        memoryMb == null ? Hardware.offeredMemoryBytes() : memoryMb << 20,
        uplinkMbit == null ? AgentOptions.UPLINK_BITS_PER_SECOND : uplinkMbit * 1e6,
        failureProbability == null ? AgentOptions.FAILURE_PROBABILITY : failureProbability,
        false,
        trust.keys(),
        board == null ? BoardSettings.NONE : BoardFile.read(board));
  }

  /**
   * Returns why the agent has ended by itself.
   *
   * @throws IOException if it cannot start; the message says why and what helps
   * @throws IllegalArgumentException if an option is wrong; the message says which
   */
  private String run() throws IOException, InterruptedException {
    AgentOptions options = options();
    ServiceManager manager = ServiceManager.ofThisProcess();
    Optional<Login> login = manager.aliveDuring("joins", () -> login(options));
    List<URI> brokers = brokers(login);
    EdgeAgent agent = create(options, brokers, login, elsewhere(options, brokers, login));
    agent.start();
    manager.watch(agent::pulse);
    ParentLines parent = new ParentLines(agent::throttle, System.err);
    return Service.run(
        manager.stoppingBefore(agent::close),
        agent.ended(),
        stopOnEof ? Optional.of(parent) : Optional.empty());
  }

  /** From the token, else as the user says, else the one that the board got before. */
  private Optional<Login> login(AgentOptions options) throws IOException {
    Path own = ownCredential(options);
    if (join != null) {
      return Optional.of(joined(options, own));
    }
    Optional<Login> given = broker.login();
    boolean elsewhere =
        broker.isGiven()
            && broker.brokers().stream().anyMatch(address -> "mqtt".equals(address.getScheme()));
    if (given.isPresent() || elsewhere || !Files.exists(own)) {
      return given;
    }
    try {
      return Optional.of(LoginFile.read(own));
    } catch (IOException e) {
      throw new IOException(e.getMessage() + " (delete it and join again with --join)", e);
    }
  }

  private Login joined(AgentOptions options, Path own) throws IOException {
    try {
      return Joining.join(join, options.id(), own, HubSeeker.create(!noMdns)::seek);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--join: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Path ownCredential(AgentOptions options) {
    return options.cache().resolve("credential-" + options.id() + ".json");
  }

  /** Nobody is looked for where the user says who it is, or where nothing would tell a liar. */
  private BrokerDiscovery elsewhere(
      AgentOptions options, List<URI> brokers, Optional<Login> login) {
    if (noMdns || broker.isGiven()) {
      return BrokerDiscovery.NOWHERE;
    }
    if (login.isEmpty()) {
      return HubSearch.onlyTelling();
    }
    String ca = login.get().ca();
    Path own = ownCredential(options);
    return ca.isEmpty()
        ? BrokerDiscovery.NOWHERE
        : HubSearch.forHub(ca, brokers, address -> Joining.remember(address, ca, own));
  }

  private List<URI> brokers(Optional<Login> login) {
    List<URI> remembered = login.map(Login::addresses).orElse(List.of());
    return broker.isGiven() || remembered.isEmpty() ? broker.brokers() : remembered;
  }

  private static EdgeAgent create(
      AgentOptions options, List<URI> brokers, Optional<Login> login, BrokerDiscovery discovery)
      throws IOException {
    try {
      // Checks that address and credential fit before anything starts.
      ConnectionOptions connection =
          ConnectionOptions.of(brokers, "coterie-" + options.id()).withLogin(login);
      return new EdgeAgent(
          options,
          (clientId, will) ->
              new PahoBus(
                  ConnectionOptions.of(connection.brokers(), clientId)
                      .withWill(will)
                      .withLogin(connection.login()),
                  discovery));
    } catch (IOException e) {
      throw new IOException(
          "cannot use the cache folder "
              + options.cache()
              + ": "
              + e.getMessage()
              + " (free some space, or choose another with --cache)",
          e);
    } catch (ModelException e) {
      throw new IOException("ONNX Runtime does not work here: " + e.getMessage(), e);
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("this board has no host name: give it one with --id", e);
    }
  }
}
