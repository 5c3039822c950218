package io.coterie.cli.doctor;

import io.coterie.cli.BrokerOption;
import io.coterie.protocol.WallClock;
import io.coterie.protocol.bus.ConnectionTrial;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.bus.MessageBus;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks brokers, and listens at those that answer. */
final class Probes {
  private static final long SMALL_MS = 2_000;
  private static final long LARGE_MS = 10_000;
  private static final long POLL_MS = 50;

  private final BrokerOption broker;

  Probes(BrokerOption broker) {
    this.broker = broker;
  }

  BrokerFacts ask(URI address) {
    Optional<String> user = broker.login().map(Login::user);
    try {
      ConnectionTrial.Limits limits =
          ConnectionTrial.limits(broker.options("doctor-asks"), address);
      return new BrokerFacts(address, Optional.empty(), Optional.of(limits), user);
    } catch (IOException e) {
      ProbeFailure failure = ProbeFailure.of(e, "mqtts".equals(address.getScheme()));
      return new BrokerFacts(address, Optional.of(failure), Optional.empty(), user);
    }
  }

  /** Listens at all the brokers at once. */
  List<FleetFacts> listen(List<BrokerFacts> brokers, long listenMs) throws InterruptedException {
    List<MessageBus> buses = new ArrayList<>();
    List<FleetListener> ears = new ArrayList<>();
    try {
      for (BrokerFacts facts : brokers) {
        MessageBus bus = broker.connect(facts.address(), "doctor");
        buses.add(bus);
        FleetListener listener = new FleetListener(facts.address(), broker.topics(), bus);
        listener.listen();
        ears.add(listener);
      }
      pause(listenMs);
      List<FleetFacts> facts = new ArrayList<>();
      for (int i = 0; i < ears.size(); i++) {
        // Before we try what may cost us the connection.
        FleetFacts heard = ears.get(i).facts(WallClock.ms());
        boolean may = heard.hears() && BrokerChecks.allows(brokers.get(i));
        facts.add(may ? heard.withLarge(large(ears.get(i))) : heard);
      }
      return facts;
    } finally {
      buses.forEach(MessageBus::close);
    }
  }

  /** Who may not send a small one may not send a large one either, whatever the broker takes. */
  private static Optional<Boolean> large(FleetListener listener) throws InterruptedException {
    return comesBack(listener, false, SMALL_MS)
        ? Optional.of(comesBack(listener, true, LARGE_MS))
        : Optional.empty();
  }

  private static boolean comesBack(FleetListener listener, boolean large, long timeoutMs)
      throws InterruptedException {
    String topic = listener.echo(large);
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (!listener.hasEchoed(topic) && System.nanoTime() - untilNs < 0) {
      pause(POLL_MS);
    }
    return listener.hasEchoed(topic);
  }

  private static void pause(long ms) throws InterruptedException {
    boolean unused = new CountDownLatch(1).await(ms, TimeUnit.MILLISECONDS);
  }
}
