package io.coterie.cli.hub;

import io.coterie.broker.BrokerException;
import io.coterie.broker.BrokerOptions;
import io.coterie.cli.CommandException;
import io.coterie.cli.Folders;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
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
  @Option(
      names = "--bind",
      paramLabel = "IP",
      defaultValue = "127.0.0.1",
      description =
          "interface to listen on; 0.0.0.0 lets other machines in (default: ${DEFAULT-VALUE})")
  private String bind;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "1883",
      description = "port to listen on (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--websocket-port",
      paramLabel = "PORT",
      description = "also listen for MQTT over WebSocket, path /mqtt")
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
    String usual = standbyOf == null ? "hub" : "standby";
    Path folder = state == null ? Folders.cache().resolve(usual) : state;
    String name = id == null ? usual : id;
    try {
      return standbyOf == null ? runHub(name, folder) : runStandby(name, folder);
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

  private int runHub(String name, Path folder)
      throws BrokerException, IOException, ModelException, InterruptedException {
    Hub hub =
        broker == null
            ? Hub.withOwnBroker(bind, port, webSocket(), base, name, folder)
            : Hub.onBroker(ConnectionOptions.parseBrokers(broker), base, name, folder);
    System.out.println("hub is up at " + hub.address());
    if (broker != null) {
      return run(hub::close, hub.ended());
    }
    warnOfStrangers();
    // Others need the broker, whatever becomes of the agent's name.
    var unused = hub.ended().thenAccept(reason -> System.err.println("coterie: " + reason));
    return run(hub::close, new CompletableFuture<>());
  }

  private int runStandby(String name, Path folder)
      throws BrokerException, IOException, ModelException, InterruptedException {
    BrokerOptions options =
        new BrokerOptions(bind, port, webSocket(), Hub.MAX_PACKET_BYTES, Hub.admission(bind));
    StandbyHub hub =
        new StandbyHub(
            ConnectionOptions.parseBrokers(standbyOf), options, new Topics(base), name, folder);
    hub.start();
    System.out.println(
        "standing by for " + standbyOf + "; serves at port " + hub.port() + " while that is away");
    warnOfStrangers();
    return run(hub::close, hub.ended());
  }

  private void warnOfStrangers() {
    if (!bind.startsWith("127.")) {
      System.out.println(
          "warning: whoever reaches " + bind + " may connect; there are no passwords yet");
    }
  }

  private int run(Runnable close, CompletableFuture<String> ended) throws InterruptedException {
    Consumer<String> parent = line -> {}; // What it says does not matter.
    return Service.run(close, ended, stopOnEof ? Optional.of(parent) : Optional.empty());
  }

  private OptionalInt webSocket() {
    return webSocketPort == null ? OptionalInt.empty() : OptionalInt.of(webSocketPort);
  }
}
