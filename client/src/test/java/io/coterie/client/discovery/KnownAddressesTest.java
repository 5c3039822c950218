package io.coterie.client.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.coterie.protocol.bus.ConnectionOptions;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which announcements fit, and what a board keeps. */
final class KnownAddressesTest {
  private static final String OURS = "ab".repeat(32);
  private static final String OTHER = "cd".repeat(32);

  private static List<URI> at(String... hosts) {
    return ConnectionOptions.parseBrokers("mqtts://" + String.join(",mqtts://", hosts));
  }

  private static HubAdvert hub(String ca, String... hosts) {
    return new HubAdvert("hub", "coterie", ca, at(hosts));
  }

  @Test
  void onlyTheHubWithThePinnedCaFits() {
    List<HubAdvert> adverts = List.of(hub(OTHER, "a"), hub(OURS, "b", "c"), hub("", "d"));
    assertEquals(at("b", "c"), KnownAddresses.claimed(adverts, OURS, List.of()));
    assertEquals(List.of(), KnownAddresses.claimed(adverts, "ef".repeat(32), List.of()));
    assertFalse(hub("", "d").claims(""), "without a pin nobody fits");
  }

  @Test
  void severalHubsWithThatCaAreAllTried() {
    List<HubAdvert> adverts = List.of(hub(OURS, "b"), hub(OURS, "c"), hub(OURS, "b"));
    assertEquals(at("b", "c"), KnownAddresses.claimed(adverts, OURS, List.of()));
    assertEquals(at("c"), KnownAddresses.claimed(adverts, OURS, at("b")), "b is tried anyway");
  }

  @Test
  void liarsMakeNobodyTryMoreThanAFew() {
    List<HubAdvert> many = List.of(hub(OURS, "a", "b", "c", "d"), hub(OURS, "e", "f", "g", "h"));
    assertEquals(KnownAddresses.MOST, KnownAddresses.claimed(many, OURS, List.of()).size());
  }

  @Test
  void whereTheHubAnsweredComesFirst() {
    assertEquals(at("new", "a", "b"), KnownAddresses.answered(at("new").get(0), at("a", "b")));
    assertEquals(at("b", "a"), KnownAddresses.answered(at("b").get(0), at("a", "b")));
    List<URI> full = at("a", "b", "c", "d", "e", "f");
    assertEquals(
        at("new", "a", "b", "c", "d", "e"), KnownAddresses.answered(at("new").get(0), full));
  }

  @Test
  void theTokenOfTheFirstStartTellsNothingNew() {
    assertEquals(at("new", "a"), KnownAddresses.told(at("a"), at("new", "a")));
    assertEquals(at("new"), KnownAddresses.told(List.of(), at("new")));
  }

  @Test
  void aTokenWithAnotherAddressIsNewer() {
    assertEquals(at("b", "a"), KnownAddresses.told(at("b"), at("a")));
  }
}
