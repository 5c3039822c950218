package io.coterie.cli.hub;

import io.coterie.broker.Admission;
import io.coterie.broker.BrokerException;
import io.coterie.broker.BrokerOptions;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.broker.TlsListener;
import io.coterie.broker.access.Door;
import io.coterie.broker.access.LocalNames;
import io.coterie.cli.access.HubSecrets;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The hub's own broker, and the door that other machines come in by. */
final class HubBroker implements AutoCloseable {
  /** A frame of any size must reach the fuser, which answers that it is too large. */
  static final int MAX_PACKET_BYTES = 128 << 20;

  /** So many that a token stays readable; the others are of bridges and the like. */
  private static final int MOST_ADDRESSES = 3;

  private final EmbeddedBroker broker;
  private final Optional<Door> door;
  private final Optional<TlsListener> tls;
  private final FrameReception reception;

  private HubBroker(
      EmbeddedBroker broker, Optional<Door> door, Optional<TlsListener> tls, Topics topics) {
    this.broker = broker;
    this.door = door;
    this.tls = tls;
    reception = FrameReception.open(broker, topics);
  }

  static HubBroker start(Listening listening, Topics topics, HubSecrets secrets)
      throws BrokerException, IOException {
    HubBroker hub = start(listening, topics, secrets, UnaryOperator.identity());
    if (listening.guarded()) {
      secrets.setAddresses(addresses(listening.bind(), hub.broker.tlsPort()));
    }
    return hub;
  }

  /** One that only this process can reach, through gates to where it is to listen. */
  static HubBroker behindGates(Listening listening, Topics topics, HubSecrets secrets)
      throws BrokerException, IOException {
    if (listening.plain()) {
      throw new IllegalArgumentException(
          "--plain is not for a standby: behind its gate, its broker cannot tell other machines"
              + " without TLS from its own");
    }
    HubBroker hub = start(listening, topics, secrets, BrokerOptions::behindGate);
    if (listening.guarded()) {
      secrets.setAddresses(addresses(listening.bind(), listening.securePort()));
    }
    return hub;
  }

  private static HubBroker start(
      Listening listening, Topics topics, HubSecrets secrets, UnaryOperator<BrokerOptions> where)
      throws BrokerException, IOException {
    if (!listening.guarded()) {
      Admission admission = listening.toOthers() ? Admission.everybody() : Admission.loopbackOnly();
      BrokerOptions options = options(listening, admission, Optional.empty());
      EmbeddedBroker broker = EmbeddedBroker.start(where.apply(options));
      return new HubBroker(broker, Optional.empty(), Optional.empty(), topics);
    }
    TlsListener tls = tls(listening, secrets);
    Door door = new Door(topics, secrets.credentials());
    try {
      BrokerOptions options = options(listening, door, Optional.of(tls));
      EmbeddedBroker broker = EmbeddedBroker.start(where.apply(options));
      door.watch(broker::showOut);
      return new HubBroker(broker, Optional.of(door), Optional.of(tls), topics);
    } catch (BrokerException | RuntimeException e) {
      door.close();
      throw e;
    }
  }

  private static TlsListener tls(Listening listening, HubSecrets secrets) throws IOException {
    String password = UUID.randomUUID().toString();
    List<String> names = new ArrayList<>(LocalNames.all());
    if (!names.contains(listening.bind())) {
      names.add(listening.bind());
    }
    Path keyStore = secrets.certificates().issue(names, password);
    return new TlsListener(listening.bind(), listening.securePort(), keyStore, password);
  }

  private static BrokerOptions options(
      Listening listening, Admission admission, Optional<TlsListener> tls) {
    return new BrokerOptions(
        listening.plainAddress(),
        listening.port(),
        listening.pagesWebSocketPort(),
        MAX_PACKET_BYTES,
        admission,
        tls,
        listening.localWebSocket());
  }

  private static String addresses(String bind, int port) throws IOException {
    boolean any = bind.equals("0.0.0.0") || bind.equals("::");
    List<String> hosts = any ? LocalNames.reachable() : List.of(bind);
    if (hosts.isEmpty()) {
      hosts = List.of("127.0.0.1");
    }
    return hosts.stream()
        .limit(MOST_ADDRESSES)
        .map(host -> "mqtts://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port)
        .collect(Collectors.joining(","));
  }

  EmbeddedBroker broker() {
    return broker;
  }

  FrameReception reception() {
    return reception;
  }

  /** Who is let in where credentials are asked for; empty where none are. */
  Optional<Door> door() {
    return door;
  }

  /** The key store of its listeners with TLS, if there are any. */
  Optional<TlsListener> tls() {
    return tls;
  }

  @Override
  public void close() {
    reception.close();
    broker.close();
    door.ifPresent(Door::close);
  }
}
