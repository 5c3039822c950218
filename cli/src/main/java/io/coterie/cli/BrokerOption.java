package io.coterie.cli;

import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.topic.Topics;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Which fleet a command talks to. */
public final class BrokerOption {
  private static final long CONNECT_MS = 5_000;

  @Option(
      names = "--broker",
      paramLabel = "ADDRESS",
      defaultValue = "mqtt://127.0.0.1:1883",
      description = "the fleet's broker, or several by preference (default: ${DEFAULT-VALUE})")
  private String broker;

  @Option(
      names = "--base",
      paramLabel = "TOPIC",
      defaultValue = Topics.DEFAULT_BASE,
      description = "first level of every topic (default: ${DEFAULT-VALUE})")
  private String base;

  /** The addresses. */
  public List<URI> brokers() {
    try {
      return ConnectionOptions.parseBrokers(broker);
    } catch (IllegalArgumentException e) {
      throw new CommandException("--broker: " + e.getMessage());
    }
  }

  /** The topics of the fleet. */
  public Topics topics() {
    try {
      return new Topics(base);
    } catch (IllegalArgumentException e) {
      throw new CommandException("--base: " + e.getMessage());
    }
  }

  /** Connects and waits until the connection stands. */
  public MessageBus connect(String purpose) {
    return connect(brokers(), purpose, CONNECT_MS, () -> "");
  }

  /**
   * Connects and waits until the connection stands.
   *
   * @param timeoutMs how long to wait at most
   * @param failure why waiting is in vain, or empty text while there is hope
   */
  public static MessageBus connect(
      List<URI> brokers, String purpose, long timeoutMs, Supplier<String> failure) {
    String clientId = "coterie-" + purpose + "-" + ProcessHandle.current().pid();
    PahoBus bus =
        new PahoBus(ConnectionOptions.of(brokers, clientId).withMaxPacketBytes(64L << 20));
    CountDownLatch connected = new CountDownLatch(1);
    bus.start(connected::countDown);
    try {
      long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
      while (!connected.await(100, TimeUnit.MILLISECONDS)) {
        String reason = failure.get();
        if (!reason.isEmpty() || System.nanoTime() - untilNs > 0) {
          bus.close();
          throw new CommandException(
              reason.isEmpty()
                  ? "no broker answers at "
                      + brokers
                      + ": start the hub with 'coterie up', or name another with --broker"
                  : reason);
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
