package io.coterie.cli;

import io.coterie.agent.boot.AddressOption;
import io.coterie.client.FleetClient;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;

/** Which fleet a command talks to. */
public final class BrokerOption {
  private static final long CONNECT_MS = 5_000;
  private static final String NO_HUB =
      ": start the hub with 'coterie up', or name another with --broker; 'coterie doctor' tells why";
  private static final String REFUSED =
      ", or not to this credential: see 'coterie credential list' on the hub; 'coterie doctor'"
          + " tells why";

  @Mixin private AddressOption address;

  /** The addresses. */
  public List<URI> brokers() {
    return checked(address::brokers);
  }

  /** User name and password, where there are any. */
  public Optional<Login> login() {
    return checked(address::login);
  }

  /** The topics of the fleet. */
  public Topics topics() {
    return checked(address::topics);
  }

  private static <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private static ConnectionOptions options(
      List<URI> brokers, Optional<Login> login, String clientId) {
    try {
      return ConnectionOptions.of(brokers, clientId).withMaxPacketBytes(64L << 20).withLogin(login);
    } catch (IllegalArgumentException e) {
      throw new CommandException("--broker: " + e.getMessage());
    }
  }

  /** Connects and waits until the connection stands. */
  public MessageBus connect(String purpose) {
    return connect(brokers(), login(), purpose, CONNECT_MS, () -> "");
  }

  /** Connects to the fleet and waits until the connection stands. */
  public FleetClient client(String purpose) throws InterruptedException {
    return client(brokers(), purpose);
  }

  /** The same at these of the addresses only. */
  public FleetClient client(List<URI> brokers, String purpose) throws InterruptedException {
    ConnectionOptions options = options(brokers, login(), clientId(purpose));
    FleetClient client = new FleetClient(new PahoBus(options), topics());
    if (!client.connect(Duration.ofMillis(CONNECT_MS))) {
      client.close();
      throw noBroker(brokers, login());
    }
    return client;
  }

  private static CommandException noBroker(List<URI> brokers, Optional<Login> login) {
    return new CommandException(
        "no broker answers at " + brokers + (login.isEmpty() ? NO_HUB : REFUSED));
  }

  /** How to connect to the addresses. */
  public ConnectionOptions options(String purpose) {
    return options(brokers(), login(), clientId(purpose));
  }

  private static String clientId(String purpose) {
    return "coterie-" + purpose + "-" + ProcessHandle.current().pid();
  }

  /**
   * Connects and waits until the connection stands.
   *
   * @param timeoutMs how long to wait at most
   * @param failure why waiting is in vain, or empty text while there is hope
   */
  public static MessageBus connect(
      List<URI> brokers, String purpose, long timeoutMs, Supplier<String> failure) {
    return connect(brokers, Optional.empty(), purpose, timeoutMs, failure);
  }

  private static MessageBus connect(
      List<URI> brokers,
      Optional<Login> login,
      String purpose,
      long timeoutMs,
      Supplier<String> failure) {
    PahoBus bus = new PahoBus(options(brokers, login, clientId(purpose)));
    CountDownLatch connected = new CountDownLatch(1);
    bus.start(connected::countDown);
    try {
      long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
      while (!connected.await(100, TimeUnit.MILLISECONDS)) {
        String reason = failure.get();
        if (!reason.isEmpty() || System.nanoTime() - untilNs > 0) {
          bus.close();
          throw reason.isEmpty() ? noBroker(brokers, login) : new CommandException(reason);
        }
      }
    } catch (InterruptedException e) {
      bus.close();
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted");
    }
    return bus;
  }
}
