package io.coterie.cli.doctor;

import io.coterie.cli.BrokerOption;
import io.coterie.client.FleetClient;
import io.coterie.client.doctor.BrokerChecks;
import io.coterie.client.doctor.BrokerFacts;
import io.coterie.client.doctor.FleetFacts;
import io.coterie.client.doctor.FleetListener;
import io.coterie.client.doctor.ProbeFailure;
import io.coterie.protocol.WallClock;
import io.coterie.protocol.bus.ConnectionTrial;
import io.coterie.protocol.bus.Login;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks brokers, and listens at those that answer. */
final class Probes {
  private static final Duration SMALL = Duration.ofSeconds(2);
  private static final Duration LARGE = Duration.ofSeconds(10);
  private static final int LARGE_BYTES = 2 << 20;

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
    List<FleetClient> clients = new ArrayList<>();
    List<FleetListener> listeners = new ArrayList<>();
    try {
      for (BrokerFacts facts : brokers) {
        FleetClient client = broker.client(List.of(facts.address()), "doctor");
        clients.add(client);
        FleetListener listener = new FleetListener(facts.address(), client);
        listener.listen();
        listeners.add(listener);
      }
      boolean unused = new CountDownLatch(1).await(listenMs, TimeUnit.MILLISECONDS);
      List<FleetFacts> facts = new ArrayList<>();
      for (int i = 0; i < listeners.size(); i++) {
        // Before we try what may cost us the connection.
        FleetFacts heard = listeners.get(i).facts(WallClock.ms());
        boolean may = heard.hears() && BrokerChecks.allows(brokers.get(i));
        facts.add(may ? heard.withLarge(large(clients.get(i))) : heard);
      }
      return facts;
    } finally {
      clients.forEach(FleetClient::close);
    }
  }

  /** Who may not send a small one may not send a large one either, whatever the broker takes. */
  private static Optional<Boolean> large(FleetClient client) throws InterruptedException {
    return client.echoes(1, SMALL)
        ? Optional.of(client.echoes(LARGE_BYTES, LARGE))
        : Optional.empty();
  }
}
