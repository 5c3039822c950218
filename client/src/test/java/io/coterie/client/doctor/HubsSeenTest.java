package io.coterie.client.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.discovery.HubAdvert;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What doctor makes of hubs that say where they are. */
final class HubsSeenTest {
  private static final String CA = "ab".repeat(32);
  private static final HubAdvert HUB =
      new HubAdvert("hub", "coterie", CA, List.of(URI.create("mqtts://192.168.1.10:8883")));

  @Test
  void namesTheHubOfTheCredential() {
    Finding finding = HubsSeen.of(List.of(HUB), CA).get(0);
    assertTrue(finding.found().endsWith("the one that the credential is from"), finding.found());
    assertEquals("say --broker mqtts://192.168.1.10:8883", finding.cure());
  }

  @Test
  void namesOthersAsSuch() {
    Finding finding = HubsSeen.of(List.of(HUB), "cd".repeat(32)).get(0);
    assertTrue(finding.found().contains("another than the credential is from"), finding.found());
    assertTrue(HubsSeen.of(List.of(HUB), "").get(0).cure().contains("credential add"));
  }

  @Test
  void saysThatThereIsNone() {
    assertTrue(HubsSeen.of(List.of(), CA).get(0).cure().contains("coterie up --bind"));
  }
}
