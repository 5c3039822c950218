package io.coterie.client.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.ConnectionOptions;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers say by mDNS is read with care. */
final class HubAdvertTest {
  private static final String CA = "ab".repeat(32);
  private static final Map<String, String> TEXT = HubAdvert.text("hub", "coterie", CA);

  static List<InetAddress> addresses(String... numeric) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (String one : numeric) {
      addresses.add(InetAddress.getByName(one));
    }
    return addresses;
  }

  private static Optional<HubAdvert> read(Map<String, String> text, int port, String... numeric)
      throws UnknownHostException {
    return HubAdvert.read(text, port, addresses(numeric), "eth0", false);
  }

  private static Map<String, String> with(String key, String value) {
    Map<String, String> text = new HashMap<>(TEXT);
    text.put(key, value);
    return text;
  }

  @Test
  void readsWhatHubsAnnounce() throws Exception {
    HubAdvert advert = read(TEXT, 8883, "192.168.1.10").orElseThrow();
    assertEquals(
        new HubAdvert("hub", "coterie", CA, List.of(URI.create("mqtts://192.168.1.10:8883"))),
        advert);
    Map<String, String> open = HubAdvert.text("hub", "coterie", "");
    assertEquals(
        List.of(URI.create("mqtt://192.168.1.10:1883")),
        read(open, 1883, "192.168.1.10").orElseThrow().addresses());
  }

  @Test
  void linkLocalAddressesNameTheInterfaceTheyWereHeardOn() throws Exception {
    HubAdvert advert = read(TEXT, 8883, "fe80::1", "fd00::2").orElseThrow();
    assertEquals("[fe80:0:0:0:0:0:0:1%eth0]", advert.addresses().get(0).getHost());
    assertEquals("[fd00:0:0:0:0:0:0:2]", advert.addresses().get(1).getHost());
    String kept = advert.addresses().get(0).toString();
    assertEquals(
        advert.addresses().subList(0, 1),
        ConnectionOptions.parseBrokers(kept),
        "credentials keep it as text");
    assertEquals(
        Optional.empty(),
        HubAdvert.read(TEXT, 8883, addresses("fe80::1"), "eth0]/x", false),
        "no zone that is none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "0.0.0.0", "::", "224.0.0.251", "ff02::fb"})
  void noBoardIsSentToItselfOrToEverybody(String address) throws Exception {
    assertEquals(Optional.empty(), read(TEXT, 8883, address));
  }

  @Test
  void nobodyIsSentToManyAddresses() throws Exception {
    String[] many = new String[100];
    for (int i = 0; i < many.length; i++) {
      many[i] = "10.0.0." + i;
    }
    assertEquals(4, read(TEXT, 8883, many).orElseThrow().addresses().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65_536})
  void refusesPortsThatAreNone(int port) throws Exception {
    assertEquals(Optional.empty(), read(TEXT, port, "10.0.0.1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "\u001b[2J", "a\nb", "/x", "\u0000", "\ufffd", "#", "+", "café"})
  void refusesNamesThatNoHubHas(String hostile) throws Exception {
    assertEquals(Optional.empty(), read(with("hub", hostile), 8883, "10.0.0.1"));
    assertEquals(Optional.empty(), read(with("base", hostile), 8883, "10.0.0.1"));
    if (!hostile.isEmpty()) {
      assertEquals(Optional.empty(), read(with("ca", hostile), 8883, "10.0.0.1"));
    }
  }

  @Test
  void refusesTextThatIsTooLongOrMissing() throws Exception {
    assertEquals(Optional.empty(), read(with("hub", "a".repeat(65)), 8883, "10.0.0.1"));
    assertEquals(Optional.empty(), read(with("ca", CA + "ab"), 8883, "10.0.0.1"));
    assertEquals(Optional.empty(), read(with("ca", "AB".repeat(32)), 8883, "10.0.0.1"));
    assertEquals(Optional.empty(), read(Map.of(), 8883, "10.0.0.1"));
    assertEquals(Optional.empty(), read(TEXT, 8883));
    assertTrue(read(with("other", "\u0000"), 8883, "10.0.0.1").isPresent(), "for later versions");
  }
}
