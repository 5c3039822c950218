package io.coterie.client.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.coterie.protocol.bus.ConnectionOptions;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a board tries that has no credential yet. */
final class HubSeekerTest {
  private static final String CA = "ab".repeat(32);
  private static final List<URI> HERE = ConnectionOptions.parseBrokers("mqtts://10.0.0.1");

  private final List<HubAdvert> adverts = new ArrayList<>();
  private final List<Long> rests = new ArrayList<>();
  private final HubSeeker seeker = new HubSeeker(() -> List.copyOf(adverts), rests::add);

  private List<URI> seek() throws InterruptedException {
    return seeker.seek(CA, List.of(), new IOException("nobody answers"));
  }

  @Test
  void goesOnForEverAndRestsInBetween() throws InterruptedException {
    for (int i = 0; i < 1_000; i++) {
      assertEquals(List.of(), seek());
    }
    assertEquals(List.of(1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L), rests.subList(0, 6));
    assertEquals(30_000L, rests.get(999));
  }

  @Test
  void triesAtOnceWhereTheHubIsSeen() throws InterruptedException {
    seek();
    adverts.add(new HubAdvert("hub", "coterie", CA, HERE));
    assertEquals(HERE, seek());
    assertEquals(1, rests.size());
    assertEquals(HERE, seek(), "and again, with a rest, where that was in vain");
    assertEquals(2, rests.size());
  }

  @Test
  void isNotSentToAnotherHub() throws InterruptedException {
    adverts.add(new HubAdvert("hub", "coterie", "cd".repeat(32), HERE));
    adverts.add(new HubAdvert("hub", "coterie", "", HERE));
    assertEquals(List.of(), seek());
  }

  @Test
  void isInterruptible() {
    HubSeeker restless =
        new HubSeeker(
            List::of,
            ms -> {
              throw new InterruptedException();
            });
    assertThrows(
        InterruptedException.class, () -> restless.seek(CA, List.of(), new IOException("nobody")));
  }
}
