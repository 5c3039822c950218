package io.coterie.broker.access;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The names and numeric addresses by which this machine may be reached. */
public final class LocalNames {
  private LocalNames() {}

  /** Addresses that other machines can reach, most useful first. */
  public static List<String> reachable() throws IOException {
    List<String> version4 = new ArrayList<>();
    List<String> version6 = new ArrayList<>();
    for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
      if (one.isUp() && !one.isLoopback()) {
        one.inetAddresses()
            .filter(address -> !address.isLinkLocalAddress())
            .forEach(
                address ->
                    (address.getAddress().length == 4 ? version4 : version6)
                        .add(address.getHostAddress().replaceAll("%.*", "")));
      }
    }
    version4.addAll(version6);
    return version4;
  }

  /** All of them, also those of the machine's own. */
  public static List<String> all() throws IOException {
    Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
    String host = InetAddress.getLocalHost().getHostName();
    if (host.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
      names.add(host);
      names.add(host + ".local");
    }
    names.addAll(reachable());
    return List.copyOf(names);
  }
}
