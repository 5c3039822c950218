package io.coterie.cli.hub;

import io.coterie.agent.boot.Service;
import io.coterie.agent.boot.ServiceManager;
import io.coterie.agent.boot.TrustOption;
import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.hub.Hub;
import io.coterie.hub.HubException;
import io.coterie.hub.HubOptions;
import io.coterie.hub.ListenerOptions;
import io.coterie.hub.UpstreamBroker;
import io.coterie.hub.access.HubSecrets;
import io.coterie.protocol.access.LoginFile;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Login;
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

  @Option(
      names = "--no-homeassistant",
      description =
          "do not announce deployments and agents to Home Assistant, below homeassistant/device")
  private boolean noHomeAssistant;

  @Option(
      names = "--no-mdns",
      description =
          "do not announce the hub to other machines by mDNS, as _coterie._tcp, _secure-mqtt._tcp"
              + " and _mqtt._tcp")
  private boolean noMdns;

  @Option(names = "--stop-on-eof", hidden = true)
  private boolean stopOnEof;

  @Override
  public Integer call() throws InterruptedException {
    check();
    String usual = standbyOf == null ? "hub" : "standby";
    Path folder = state == null ? Folders.cache().resolve(usual) : state;
    String name = id == null ? usual : id;
    try {
      HubOptions options =
          new HubOptions(
              new Topics(base),
              name,
              folder,
              trust.keys(),
              roles(),
              listening(),
              upstream(),
              !noHomeAssistant,
              !noMdns);
      return run(options, Hub.start(options));
    } catch (HubException | IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    } catch (IOException e) {
      throw new CommandException(
          "cannot use the state folder "
              + folder
              + ": "
              + e.getMessage()
              + " (choose another with --state)");
    }
  }

  private void check() {
    if (broker != null && standbyOf != null) {
      throw new CommandException(
          "--standby-of opens a broker of its own, --broker uses another: give only one of them");
    }
    if (!without.isEmpty() && standbyOf != null) {
      throw new CommandException("--standby-of needs all roles: leave out --without");
    }
    if (roles().isEmpty() && broker != null) {
      throw new CommandException("--broker and --without orchestrator,agent: nothing is left");
    }
  }

  private Set<HubOptions.Role> roles() {
    Set<HubOptions.Role> roles = new HashSet<>(HubOptions.ALL);
    without.forEach(roles::remove);
    return roles;
  }

  private ListenerOptions listening() {
    return new ListenerOptions(
        bind, port, optional(tlsPort), optional(webSocketPort), plain, open, pages.ports());
  }

  private Optional<UpstreamBroker> upstream() throws IOException {
    if (broker == null && standbyOf == null) {
      return Optional.empty();
    }
    boolean standby = broker == null;
    List<URI> addresses = ConnectionOptions.parseBrokers(standby ? standbyOf : broker);
    return Optional.of(new UpstreamBroker(addresses, login(), standby));
  }

  private int run(HubOptions options, Hub hub) throws IOException, InterruptedException {
    if (standbyOf != null) {
      System.out.println(
          "standing by for "
              + standbyOf
              + "; serves at ports "
              + hub.ports()
              + " while that is away");
    } else {
      System.out.println("hub is up at " + hub.address());
    }
    hub.pageAddresses().forEach(address -> System.out.println("dashboard: " + address));
    hub.problems().forEach(problem -> System.err.println("coterie: " + problem));
    if (broker == null) {
      Welcome.print(options.listening(), HubSecrets.of(options.folder()), System.out);
    }
    return serve(hub);
  }

  private int serve(Hub hub) throws InterruptedException {
    ServiceManager manager = ServiceManager.ofThisProcess();
    manager.ready("serves");
    manager.watch(hub::pulse);
    CompletableFuture<String> ended = hub.ended();
    if (broker == null && standbyOf == null) {
      // Others need the broker, whatever becomes of the agent's name.
      var unused = ended.thenAccept(reason -> System.err.println("coterie: " + reason));
      ended = new CompletableFuture<>();
    }
    Consumer<String> parent = line -> {}; // What it says does not matter.
    throw new CommandException(
        Service.run(
            manager.stoppingBefore(hub::close),
            ended,
            stopOnEof ? Optional.of(parent) : Optional.empty()));
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
