package io.coterie.cli.hub;

import io.coterie.agent.boot.Service;
import io.coterie.agent.boot.ServiceManager;
import io.coterie.agent.boot.TrustOption;
import io.coterie.broker.BrokerException;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.cli.access.HubSecrets;
import io.coterie.inference.ModelException;
import io.coterie.orchestrator.metrics.FleetObserver;
import io.coterie.protocol.access.LoginFile;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coterie up}. */
@Command(
    name = "up",
    description = "Runs the hub: broker, orchestrator and fuser, until it is stopped.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:  coterie up --bind 0.0.0.0",
      "          coterie up --bind 0.0.0.0 --standby-of 192.168.1.10"
    })
public final class UpCommand implements Callable<Integer> {
  @Mixin private TrustOption trust;
  @Mixin private PagesOption pages;
  @Mixin private HomeOption home;
  @Mixin private MdnsOption mdns;

  @Option(
      names = "--bind",
      paramLabel = "IP",
      defaultValue = "127.0.0.1",
      description =
          "interface to listen on; 0.0.0.0 lets other machines in, with TLS and credentials"
              + " (default: ${DEFAULT-VALUE})")
  private String bind;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "1883",
      description = "port to listen on without TLS (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--tls-port",
      paramLabel = "PORT",
      description =
          "port to listen on with TLS and credentials (default: 8883, and none on the loopback)")
  private Integer tlsPort;

  @Option(
      names = "--plain",
      description =
          "let other machines log in without TLS too, for cameras that know none: others on the"
              + " network can read their passwords and pictures")
  private boolean plain;

  @Option(
      names = "--open",
      description = "let everybody in who reaches --bind, without TLS and passwords")
  private boolean open;

  @Option(
      names = "--credential",
      paramLabel = "FILE",
      defaultValue = "${env:COTERIE_CREDENTIAL}",
      description =
          "file with user name and password for --broker or --standby-of (default: "
              + "$COTERIE_CREDENTIAL)")
  private Path credential;

  @Option(
      names = "--websocket-port",
      paramLabel = "PORT",
      description =
          "port to listen on for MQTT over WebSocket, path /mqtt (default: any free one for the"
              + " dashboard)")
  private Integer webSocketPort;

  @Option(
      names = "--broker",
      paramLabel = "ADDRESS",
      description = "use this broker, such as Mosquitto, instead of an own one")
  private String broker;

  @Option(
      names = "--standby-of",
      paramLabel = "ADDRESS",
      description =
          "stand by for the hub at this address, and serve only while it does not answer;"
              + " give agents and publishers both: --broker FIRST,SECOND")
  private String standbyOf;

  @Option(
      names = "--without",
      paramLabel = "ROLE",
      split = ",",
      description =
          "leave out what runs elsewhere: orchestrator, agent, or both; with --broker at most one")
  private List<HubOptions.Role> without = List.of();

  @Option(
      names = "--base",
      paramLabel = "TOPIC",
      defaultValue = Topics.DEFAULT_BASE,
      description = "first level of every topic (default: ${DEFAULT-VALUE})")
  private String base;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "folder for deployments, models and state (default: ~/.cache/coterie/hub, or .../standby"
              + " with --standby-of)")
  private Path state;

  @Option(
      names = "--id",
      paramLabel = "NAME",
      description =
          "name of the hub and its agent; of several hubs, each needs its own (default: hub, or"
              + " standby with --standby-of)")
  private String id;

  @Option(names = "--stop-on-eof", hidden = true)
  private boolean stopOnEof;

  @Override
  public Integer call() throws InterruptedException {
    if (broker != null && standbyOf != null) {
      throw new CommandException(
          "--standby-of opens a broker of its own, --broker uses another: give only one of them");
    }
    if (!without.isEmpty() && standbyOf != null) {
      throw new CommandException("--standby-of needs all roles: leave out --without");
    }
    Set<HubOptions.Role> roles = roles();
    if (roles.isEmpty() && broker != null) {
      throw new CommandException("--broker and --without orchestrator,agent: nothing is left");
    }
    String usual = standbyOf == null ? "hub" : "standby";
    Path folder = state == null ? Folders.cache().resolve(usual) : state;
    String name = id == null ? usual : id;
    try {
      HubOptions options = new HubOptions(new Topics(base), name, folder, trust.keys(), roles);
      return standbyOf == null ? runHub(options) : runStandby(options);
    } catch (BrokerException | ModelException e) {
      throw new CommandException(e.getMessage());
    } catch (IOException e) {
      throw new CommandException(
          "cannot use the state folder "
              + folder
              + ": "
              + e.getMessage()
              + " (choose another with --state)");
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private Set<HubOptions.Role> roles() {
    Set<HubOptions.Role> roles = new HashSet<>(HubOptions.ALL);
    without.forEach(roles::remove);
    return roles;
  }

  private int runHub(HubOptions options)
      throws BrokerException, IOException, ModelException, InterruptedException {
    Optional<Login> login = login();
    Hub hub =
        broker == null
            ? Hub.withOwnBroker(listening(pages.ports()), options)
            : Hub.onBroker(ConnectionOptions.parseBrokers(broker), login, options);
    System.out.println("hub is up at " + hub.address());
    Runnable pagesAndHub = pages.start(hub::close, ports -> web(hub, options, ports));
    Runnable close = home.start(pagesAndHub, options, () -> homeBus(hub, options, login));
    if (hub.broker().isEmpty()) {
      return run(close, hub::pulse, hub.ended());
    }
    ListenerOptions listening = listening(Optional.empty());
    Welcome.print(listening, HubSecrets.of(options.folder()), System.out);
    EmbeddedBroker own = hub.broker().get().broker();
    List<Integer> ports = List.of(own.port(), own.tlsPort());
    Runnable all = mdns.start(close, listening, ports, options, () -> true);
    // Others need the broker, whatever becomes of the agent's name.
    var unused = hub.ended().thenAccept(reason -> System.err.println("coterie: " + reason));
    return run(all, hub::pulse, new CompletableFuture<>());
  }

  private HubWeb web(Hub hub, HubOptions options, WebPorts ports) throws IOException {
    if (hub.broker().isEmpty()) {
      MessageBus bus =
          clientBus("observer", ConnectionOptions.parseBrokers(broker), login(), options);
      FleetObserver observer = new FleetObserver(options.topics(), bus, () -> true);
      return HubWeb.onBroker(listening(Optional.of(ports)), ports, options, observer);
    }
    HubBroker own = hub.broker().get();
    FleetObserver observer = new FleetObserver(options.topics(), own.broker().bus(), () -> true);
    ListenerOptions listening = listening(Optional.of(ports));
    return HubWeb.start(listening, ports, options, observer, own, own.broker().webSocketPort());
  }

  /** Pages of a standby are there all the time, so that monitoring finds them. */
  private HubWeb web(StandbyHub hub, HubOptions options, WebPorts ports) throws IOException {
    List<URI> first = ConnectionOptions.parseBrokers(standbyOf);
    Optional<Login> login = login();
    MessageBus bus = hub.bus("observer", () -> clientBus("observer", first, login, options));
    FleetObserver observer = new FleetObserver(options.topics(), bus, hub::serves);
    ListenerOptions listening = listening(Optional.empty());
    OptionalInt webSocket = optional(webSocketPort);
    return HubWeb.start(listening, ports, options, observer, hub.broker(), webSocket);
  }

  private MessageBus homeBus(Hub hub, HubOptions options, Optional<Login> login) {
    return hub.broker()
        .map(own -> own.broker().bus())
        .orElseGet(() -> clientBus("home", ConnectionOptions.parseBrokers(broker), login, options));
  }

  private static MessageBus clientBus(
      String role, List<URI> brokers, Optional<Login> login, HubOptions options) {
    String clientId = "coterie-" + role + "-" + options.id();
    return new PahoBus(ConnectionOptions.of(brokers, clientId).withLogin(login));
  }

  private int runStandby(HubOptions options)
      throws BrokerException, IOException, ModelException, InterruptedException {
    List<URI> first = ConnectionOptions.parseBrokers(standbyOf);
    Optional<Login> login = login();
    ListenerOptions listening = listening(Optional.empty());
    StandbyHub hub = new StandbyHub(first, login, listening, options);
    hub.start();
    System.out.println(
        "standing by for "
            + standbyOf
            + "; serves at ports "
            + hub.ports()
            + " while that is away");
    Welcome.print(listening, HubSecrets.of(options.folder()), System.out);
    Runnable pagesAndHub = pages.start(hub::close, ports -> web(hub, options, ports));
    Runnable close =
        home.start(
            pagesAndHub,
            options,
            () -> hub.bus("home", () -> clientBus("home", first, login, options)));
    Runnable all = mdns.start(close, listening, hub.ports(), options, hub::serves);
    return run(all, hub::pulse, hub.ended());
  }

  private int run(Runnable close, ServiceManager.Pulse pulse, CompletableFuture<String> ended)
      throws InterruptedException {
    ServiceManager manager = ServiceManager.ofThisProcess();
    manager.ready("serves");
    manager.watch(pulse);
    Consumer<String> parent = line -> {}; // What it says does not matter.
    throw new CommandException(
        Service.run(
            manager.stoppingBefore(close),
            ended,
            stopOnEof ? Optional.of(parent) : Optional.empty()));
  }

  private ListenerOptions listening(Optional<WebPorts> web) {
    return new ListenerOptions(
        bind, port, optional(tlsPort), optional(webSocketPort), plain, open, web);
  }

  static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private Optional<Login> login() throws IOException {
    return credential == null || credential.toString().isEmpty()
        ? Optional.empty()
        : Optional.of(LoginFile.read(credential));
  }
}
