package io.coterie.client.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.bundle.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Announcements and looks over real sockets, on the loopback: nothing leaves this machine. */
final class MdnsIT {
  private static final String GROUP = "224.0.0.251";
  private static final int PORT = 5353;
  private static final int SECONDS = 20;

  private static Link loopback;

  private final List<Closeable> voices = new ArrayList<>();

  @BeforeAll
  static void needsMulticast() throws Exception {
    InetAddress address = InetAddress.getLoopbackAddress();
    loopback = new Link("lo", List.of(address), true, true);
    Assumptions.assumeTrue(
        multicasts(address), "not run: the loopback of this machine carries no multicast");
  }

  private static boolean multicasts(InetAddress address) {
    try (MulticastSocket socket = new MulticastSocket(PORT)) {
      NetworkInterface lo = NetworkInterface.getByInetAddress(address);
      InetSocketAddress group = new InetSocketAddress(GROUP, PORT);
      socket.setNetworkInterface(lo);
      socket.joinGroup(group, lo);
      socket.setSoTimeout(1_000);
      socket.send(new DatagramPacket(new byte[12], 12, group));
      socket.receive(new DatagramPacket(new byte[12], 12));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String fresh() {
    return Digest.of(UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8));
  }

  private static HubAnnouncement hub(String id, String ca, int port) {
    return new HubAnnouncement(id, "coterie", ca, OptionalInt.of(port), OptionalInt.empty());
  }

  /** Looks again until the hub is heard: it says nothing before it knows that its name is free. */
  private static List<URI> find(String ca, int count) throws Exception {
    long untilNs = System.nanoTime() + SECONDS * 1_000_000_000L;
    List<URI> found = List.of();
    while (found.size() < count && System.nanoTime() - untilNs < 0) {
      found = KnownAddresses.claimed(Mdns.look(List.of(loopback)), ca, List.of());
    }
    return found;
  }

  @AfterEach
  void sayGoodbye() throws Exception {
    for (Closeable voice : voices) {
      voice.close();
    }
  }

  private void announce(HubAnnouncement announcement) throws IOException {
    voices.add(Mdns.announce(loopback, announcement, () -> {}));
  }

  @Test
  void theHubWithThePinnedCaIsFoundAmongOthers() throws Exception {
    String ours = fresh();
    String theirs = fresh();
    announce(hub("hub", ours, 8883));
    announce(hub("hub", theirs, 9999));
    assertEquals(List.of(URI.create("mqtts://127.0.0.1:8883")), find(ours, 1));
    assertEquals(List.of(URI.create("mqtts://127.0.0.1:9999")), find(theirs, 1));
  }

  @Test
  void anotherThatSaysTheSameIsTriedAsWell() throws Exception {
    String ours = fresh();
    announce(hub("hub", ours, 8883));
    announce(hub("liar", ours, 1));
    assertEquals(2, find(ours, 2).size());
  }

  @Test
  void whoIsNotThereIsNotFound() throws Exception {
    assertEquals(
        List.of(), KnownAddresses.claimed(Mdns.look(List.of(loopback)), fresh(), List.of()));
  }
}
