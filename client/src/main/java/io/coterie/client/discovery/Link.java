package io.coterie.client.discovery;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A network interface with addresses.
 *
 * @param local whether what is sent there stays on this machine
 * @param multicast whether one can speak to everybody there
 */
record Link(String name, List<InetAddress> addresses, boolean local, boolean multicast) {
  /** Where only containers and virtual machines of this machine hear us, and tunnels. */
  private static final Pattern INNER =
      Pattern.compile(
          "(docker|br-|veth|virbr|vmnet|vnet|lxc|lxd|cni|cali|flannel|podman|tun|tap|wg|tailscale).*");

  Link {
    addresses = List.copyOf(addresses);
  }

  /** Those of this machine that are up. */
  static List<Link> all() throws IOException {
    List<Link> links = new ArrayList<>();
    for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
      if (one.isUp()) {
        boolean multicast = one.supportsMulticast() && !one.isPointToPoint();
        List<InetAddress> addresses = one.inetAddresses().toList();
        links.add(new Link(one.getName(), addresses, one.isLoopback(), multicast));
      }
    }
    return links;
  }

  /** Whether hubs are announced and looked for there. */
  boolean leadsToOthers() {
    return multicast && !local && !INNER.matcher(name).matches() && address().isPresent();
  }

  /** The address to speak from: version 4 where there is one, link-local only where it is alone. */
  Optional<InetAddress> address() {
    return addresses.stream()
        .min(
            Comparator.comparing((InetAddress address) -> !(address instanceof Inet4Address))
                .thenComparing(InetAddress::isLinkLocalAddress));
  }

  /**
   * Where a hub is announced, each with the one address that it is announced with.
   *
   * @param bind where it listens; the wildcard for everywhere
   */
  static List<Link> of(List<Link> all, InetAddress bind) {
    return all.stream()
        .flatMap(link -> link.only(bind.isAnyLocalAddress() ? link.address() : Optional.of(bind)))
        .filter(Link::leadsToOthers)
        .toList();
  }

  private Stream<Link> only(Optional<InetAddress> address) {
    return address
        .filter(addresses::contains)
        .map(one -> new Link(name, List.of(one), local, multicast))
        .stream();
  }
}
