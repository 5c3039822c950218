package io.coterie.client.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.bus.ConnectionOptions;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a board tries whose hub is not where it was. */
final class HubSearchTest {
  private static final String CA = "ab".repeat(32);
  private static final List<URI> KNOWN = ConnectionOptions.parseBrokers("mqtts://10.0.0.1");
  private static final List<URI> NEW = ConnectionOptions.parseBrokers("mqtts://10.0.0.2");

  private final List<HubAdvert> adverts = new ArrayList<>();
  private final List<URI> remembered = new ArrayList<>();
  private long nowNs;
  private int looks;
  private boolean broken;

  private final HubSearch search =
      new HubSearch(CA, KNOWN, this::look, remembered::add, () -> nowNs, Runnable::run);

  private List<HubAdvert> look() throws IOException {
    looks++;
    if (broken) {
      throw new IOException("port 5353 is taken");
    }
    return List.copyOf(adverts);
  }

  private List<URI> missedAfter(long seconds) {
    nowNs += seconds * 1_000_000_000L;
    search.addresses();
    return search.addresses();
  }

  private static HubAdvert hub(String ca, List<URI> addresses) {
    return new HubAdvert("hub", "coterie", ca, addresses);
  }

  @Test
  void triesAndRemembersWhereTheHubIsNow() {
    adverts.add(hub(CA, NEW));
    assertEquals(List.of(), missedAfter(0));
    assertEquals(NEW, missedAfter(10));
    search.reached(NEW.get(0));
    search.reached(NEW.get(0));
    assertEquals(NEW, remembered, "once");
  }

  @Test
  void doesNotRememberWhatItKnows() {
    adverts.add(hub(CA, KNOWN));
    missedAfter(0);
    assertEquals(List.of(), missedAfter(10));
    search.reached(KNOWN.get(0));
    assertEquals(List.of(), remembered);
  }

  @Test
  void ignoresHubsWithAnotherCa() {
    adverts.add(hub("cd".repeat(32), NEW));
    adverts.add(hub("", NEW));
    missedAfter(0);
    assertEquals(List.of(), missedAfter(10));
  }

  @Test
  void looksAgainWhereThatFailed() {
    broken = true;
    missedAfter(0);
    assertEquals(List.of(), missedAfter(10));
    broken = false;
    adverts.add(hub(CA, NEW));
    assertEquals(List.of(), missedAfter(1), "after a rest only");
    assertEquals(NEW, missedAfter(15));
    assertEquals(2, looks);
  }

  @Test
  void withoutACaNobodyIsTried() {
    HubSearch telling =
        new HubSearch("", List.of(), this::look, remembered::add, () -> nowNs, Runnable::run);
    adverts.add(hub("", NEW));
    adverts.add(hub(CA, NEW));
    telling.addresses();
    nowNs += 10_000_000_000L;
    assertEquals(List.of(), telling.addresses());
    assertEquals(1, looks);
  }
}
