package io.coterie.client.discovery;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.topic.Topics;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What somebody on the network says about a hub.
 *
 * @param id the hub's name
 * @param base first level of its topics
 * @param ca SHA-256 digest of its CA certificate, as 64 hex digits; empty where it lets everybody
 *     in without TLS
 * @param addresses where it is said to be, numeric
 */
public record HubAdvert(String id, String base, String ca, List<URI> addresses) {
  /** The service type of hubs. */
  static final String TYPE = "_coterie._tcp.local.";

  private static final String ID = "hub";
  private static final String BASE = "base";
  private static final String CA = "ca";

  /** Nobody is made to try more of them. */
  private static final int MOST_ADDRESSES = 4;

  public HubAdvert {
    Topics.checkName(id, ID);
    Topics unused = new Topics(base);
    if (!ca.isEmpty()) {
      Digest.check(ca, CA);
    }
    addresses = List.copyOf(addresses);
  }

  /** The text record of a hub's announcement. */
  static Map<String, String> text(String id, String base, String ca) {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("txtvers", "1");
    text.put(ID, id);
    text.put(BASE, base);
    if (!ca.isEmpty()) {
      text.put(CA, ca);
    }
    return text;
  }

  /**
   * Reads an announcement; empty if it is none of a hub, or nonsense.
   *
   * @param text its text record
   * @param zone the interface that it was heard on, which link-local addresses of version 6 need
   * @param onLoopback whether that is the loopback, where alone loopback addresses mean the hub
   */
  static Optional<HubAdvert> read(
      Map<String, String> text,
      int port,
      Collection<InetAddress> addresses,
      String zone,
      boolean onLoopback) {
    String ca = text.getOrDefault(CA, "");
    if (port < 1 || port > 65_535) {
      return Optional.empty();
    }
    List<URI> hosts =
        addresses.stream()
            .filter(address -> address.isLoopbackAddress() == onLoopback)
            .flatMap(address -> host(address, zone))
            .limit(MOST_ADDRESSES)
            .map(host -> URI.create((ca.isEmpty() ? "mqtt://" : "mqtts://") + host + ":" + port))
            .toList();
    try {
      HubAdvert advert =
          new HubAdvert(text.getOrDefault(ID, ""), text.getOrDefault(BASE, ""), ca, hosts);
      return hosts.isEmpty() ? Optional.empty() : Optional.of(advert);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Stream<String> host(InetAddress address, String zone) {
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      return Stream.empty();
    }
    String numeric = address.getHostAddress().replaceFirst("%.*", "");
    if (!(address instanceof Inet6Address)) {
      return Stream.of(numeric);
    }
    if (!address.isLinkLocalAddress()) {
      return Stream.of("[" + numeric + "]");
    }
    boolean spelled = zone.matches("[A-Za-z0-9._-]+");
    return spelled ? Stream.of("[" + numeric + "%" + zone + "]") : Stream.empty();
  }

  /** Whether it is said to be the hub with this CA. */
  boolean claims(String pin) {
    return !pin.isEmpty() && ca.equals(pin);
  }
}
