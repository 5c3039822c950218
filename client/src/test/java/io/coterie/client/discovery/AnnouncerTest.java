package io.coterie.client.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A hub is announced where it can be heard, and goes on whatever comes of it. */
final class AnnouncerTest {
  private static final String CA = "ab".repeat(32);

  private final List<Link> links = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private boolean mute;

  private Runnable lost = () -> {};

  private final Announcer announcer =
      new Announcer(() -> List.copyOf(links), this::announce, Runnable::run);

  private Closeable announce(Link link, Runnable whenLost) throws IOException {
    lost = whenLost;
    if (mute) {
      throw new IOException("port 5353 is taken");
    }
    said.add("hello " + link.name());
    return () -> said.add("goodbye " + link.name());
  }

  @AfterEach
  void close() {
    announcer.close();
  }

  private static Link link(String name, String address) throws Exception {
    return new Link(name, HubAdvertTest.addresses(address), false, true);
  }

  @Test
  void followsTheInterfaces() throws Exception {
    announcer.tick();
    assertEquals(List.of(), said, "no network at boot");
    links.add(link("eth0", "192.168.1.10"));
    announcer.tick();
    announcer.tick();
    links.set(0, link("eth0", "192.168.1.77"));
    announcer.tick();
    links.clear();
    announcer.tick();
    assertEquals(List.of("hello eth0", "goodbye eth0", "hello eth0", "goodbye eth0"), said);
  }

  @Test
  void triesAgainWhereItFailed() throws Exception {
    mute = true;
    links.add(link("eth0", "192.168.1.10"));
    announcer.tick();
    assertEquals(Set.of(), announcer.announced());
    mute = false;
    announcer.tick();
    assertEquals(Set.copyOf(links), announcer.announced());
  }

  @Test
  void restsWhereItBrokeOff() throws Exception {
    links.add(link("eth0", "192.168.1.10"));
    announcer.tick();
    lost.run();
    announcer.tick();
    assertEquals(List.of("hello eth0", "goodbye eth0"), said);
    links.set(0, link("eth0", "192.168.1.77"));
    announcer.tick();
    assertEquals("hello eth0", said.get(2), "another address is another matter");
  }

  @Test
  void saysGoodbyeAtTheEnd() throws Exception {
    links.add(link("eth0", "192.168.1.10"));
    announcer.tick();
    announcer.close();
    assertEquals(List.of("hello eth0", "goodbye eth0"), said);
  }

  @Test
  void announcesWhatThereIs() {
    HubAnnouncement guarded =
        new HubAnnouncement("hub", "coterie", CA, OptionalInt.of(8883), OptionalInt.empty());
    assertEquals(
        List.of(
            new HubAnnouncement.Service(
                "_coterie._tcp.local.", 8883, HubAdvert.text("hub", "coterie", CA)),
            new HubAnnouncement.Service("_secure-mqtt._tcp.local.", 8883, Map.of())),
        guarded.services());
    HubAnnouncement open =
        new HubAnnouncement("hub", "coterie", "", OptionalInt.empty(), OptionalInt.of(1883));
    assertEquals(
        List.of(
            new HubAnnouncement.Service(
                "_coterie._tcp.local.", 1883, HubAdvert.text("hub", "coterie", "")),
            new HubAnnouncement.Service("_mqtt._tcp.local.", 1883, Map.of())),
        open.services());
    assertThrows(
        IllegalArgumentException.class,
        () -> new HubAnnouncement("hub", "coterie", "", OptionalInt.empty(), OptionalInt.empty()));
  }

  @Test
  void namesFitIntoDns() {
    HubAnnouncement longest =
        new HubAnnouncement("h".repeat(64), "c", CA, OptionalInt.of(1), OptionalInt.empty());
    assertTrue(longest.name("wlx0123456789ab").length() <= 63);
    assertTrue(longest.host("wlx0123456789ab").matches("[A-Za-z0-9-]{1,63}"));
  }
}
