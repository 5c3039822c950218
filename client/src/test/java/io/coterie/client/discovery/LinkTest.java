package io.coterie.client.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where hubs are announced and looked for. */
final class LinkTest {
  private static Link link(String name, String... addresses) throws Exception {
    return new Link(name, HubAdvertTest.addresses(addresses), false, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker0", "br-1f2e", "veth12", "virbr0", "cni0", "wg0", "tailscale0"})
  void notWhereOnlyContainersOrTunnelsAre(String name) throws Exception {
    assertFalse(link(name, "172.17.0.1").leadsToOthers());
  }

  @ParameterizedTest
  @ValueSource(strings = {"eth0", "wlan0", "end0", "enp3s0", "br0", "usb0"})
  void onTheNetworksOfBoards(String name) throws Exception {
    assertTrue(link(name, "192.168.1.10").leadsToOthers());
    assertFalse(link(name).leadsToOthers(), "no address yet");
    List<InetAddress> addresses = HubAdvertTest.addresses("192.168.1.10");
    assertFalse(new Link(name, addresses, true, true).leadsToOthers());
    assertFalse(new Link(name, addresses, false, false).leadsToOthers());
  }

  @Test
  void version4IsPreferredAndLinkLocalIsTheLastResort() throws Exception {
    InetAddress four = InetAddress.getByName("192.168.1.10");
    InetAddress six = InetAddress.getByName("fd00::2");
    InetAddress local = InetAddress.getByName("fe80::1");
    assertEquals(four, link("a", "fe80::1", "fd00::2", "192.168.1.10").address().orElseThrow());
    assertEquals(six, link("a", "fe80::1", "fd00::2").address().orElseThrow());
    assertEquals(local, link("a", "fe80::1").address().orElseThrow());
  }

  @Test
  void aHubThatListensAtOneAddressIsAnnouncedThereOnly() throws Exception {
    List<Link> all =
        List.of(link("eth0", "192.168.1.10", "192.168.1.11"), link("wlan0", "10.0.0.2"));
    assertEquals(
        List.of(link("eth0", "192.168.1.11")), Link.of(all, InetAddress.getByName("192.168.1.11")));
    assertEquals(
        List.of(link("eth0", "192.168.1.10"), link("wlan0", "10.0.0.2")),
        Link.of(all, InetAddress.getByName("0.0.0.0")));
    assertEquals(List.of(), Link.of(all, InetAddress.getByName("10.9.9.9")));
  }
}
