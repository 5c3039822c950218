package io.coterie.hub;

import io.coterie.broker.Authenticator;
import io.coterie.broker.BrokerException;
import io.coterie.broker.BrokerOptions;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.broker.TlsListener;
import io.coterie.broker.access.CredentialAuthenticator;
import io.coterie.broker.access.LocalNames;
import io.coterie.broker.reception.FrameResultFilter;
import io.coterie.hub.access.HubSecrets;
import io.coterie.protocol.runtime.ThreadLoop;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The hub's own broker, and the door that other machines come in by. */
final class HubBroker implements Closer.Part {
  /** The largest file of a model, where there is room for it. */
  static final int MAX_PACKET_BYTES = 128 << 20;

  private static final int LEAST_PACKET_BYTES = 16 << 20;

  /** A packet is in memory up to four times: as it arrives, whole, and for those who hear it. */
  private static final int HEAP_SHARE = 6;

  /** So many that a token stays readable; the others are of bridges and the like. */
  private static final int MOST_ADDRESSES = 3;

  private final EmbeddedBroker broker;
  private final Optional<CredentialAuthenticator> door;
  private final ThreadLoop loop = new ThreadLoop("frames");
  private final FrameResultFilter filter;
  private final Optional<CertificateRenewal> renewal;

  private HubBroker(
      EmbeddedBroker broker,
      Optional<CredentialAuthenticator> door,
      Optional<CertificateRenewal> renewal,
      Topics topics) {
    this.broker = broker;
    this.door = door;
    this.renewal = renewal;
    filter = FrameResultFilter.open(broker, topics, loop);
  }

  static HubBroker start(ListenerOptions listening, Topics topics, HubSecrets secrets)
      throws BrokerException, IOException {
    HubBroker hub = start(listening, topics, secrets, UnaryOperator.identity());
    if (listening.guarded()) {
      secrets.setAddresses(addresses(listening.bind(), hub.broker.tlsPort()));
    }
    return hub;
  }

  /** One that only this process can reach, through gates to where it is to listen. */
  static HubBroker behindForwarders(ListenerOptions listening, Topics topics, HubSecrets secrets)
      throws BrokerException, IOException {
    if (listening.plain()) {
      throw new IllegalArgumentException(
          "--plain is not for a standby: behind its gate, its broker cannot tell other machines"
              + " without TLS from its own");
    }
    HubBroker hub = start(listening, topics, secrets, BrokerOptions::behindForwarder);
    if (listening.guarded()) {
      secrets.setAddresses(addresses(listening.bind(), listening.securePort()));
    }
    return hub;
  }

  private static HubBroker start(
      ListenerOptions listening,
      Topics topics,
      HubSecrets secrets,
      UnaryOperator<BrokerOptions> where)
      throws BrokerException, IOException {
    if (!listening.guarded()) {
      Authenticator authenticator =
          listening.toOthers() ? Authenticator.everybody() : Authenticator.loopbackOnly();
      BrokerOptions options = options(listening, authenticator, Optional.empty());
      EmbeddedBroker broker = EmbeddedBroker.start(where.apply(options));
      return new HubBroker(broker, Optional.empty(), Optional.empty(), topics);
    }
    CertificateRenewal renewal = CertificateRenewal.issue(listening, secrets.certificates());
    CredentialAuthenticator authenticator =
        new CredentialAuthenticator(topics, secrets.credentials());
    try {
      BrokerOptions options = options(listening, authenticator, Optional.of(renewal.listener()));
      EmbeddedBroker broker = EmbeddedBroker.start(where.apply(options));
      authenticator.watch(broker::disconnectUser);
      renewal.start();
      return new HubBroker(broker, Optional.of(authenticator), Optional.of(renewal), topics);
    } catch (BrokerException | RuntimeException e) {
      authenticator.close();
      throw e;
    }
  }

  private static BrokerOptions options(
      ListenerOptions listening, Authenticator authenticator, Optional<TlsListener> tls) {
    return new BrokerOptions(
        listening.plainAddress(),
        listening.port(),
        listening.pagesWebSocketPort(),
        maxPacketBytes(Runtime.getRuntime().maxMemory()),
        authenticator,
        tls,
        listening.localWebSocket());
  }

  /** The most that clients of a hub with this heap may send in a packet. */
  static int maxPacketBytes(long heapBytes) {
    long share = Math.min(MAX_PACKET_BYTES, heapBytes / HEAP_SHARE);
    return (int) Math.max(LEAST_PACKET_BYTES, share);
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

  FrameResultFilter reception() {
    return filter;
  }

  /** Who is let in where credentials are asked for; empty where none are. */
  Optional<CredentialAuthenticator> door() {
    return door;
  }

  /** The key store of its listeners with TLS, if there are any. */
  Optional<TlsListener> tls() {
    return renewal.map(CertificateRenewal::listener);
  }

  @Override
  public void close() {
    filter.close();
    loop.close();
    broker.close();
    door.ifPresent(CredentialAuthenticator::close);
    renewal.ifPresent(CertificateRenewal::close);
  }
}
