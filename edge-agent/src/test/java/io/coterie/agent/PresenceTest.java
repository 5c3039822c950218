package io.coterie.agent;

import static io.coterie.protocol.message.Availability.DRAINING;
import static io.coterie.protocol.message.Availability.ONLINE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Availability;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PresenceTest {
  private final List<Availability> published = new ArrayList<>();
  private final Presence presence = new Presence(published::add);

  @Test
  void aHangThatIsOverLeavesWhatTheUserWanted() {
    assertTrue(presence.drain(true));
    presence.hang(true);
    presence.hang(false);
    assertEquals(List.of(DRAINING, DRAINING, DRAINING), published);
    assertTrue(presence.drain(false));
    assertEquals(ONLINE, published.get(3));
  }

  @Test
  void whoResumesWhileSomethingHangsStaysOut() {
    presence.hang(true);
    assertTrue(presence.drain(true));
    assertTrue(presence.drain(false));
    assertEquals(List.of(DRAINING, DRAINING, DRAINING), published);
    assertFalse(presence.draining());
    presence.hang(false);
    assertEquals(ONLINE, published.get(3));
  }

  @Test
  void saysNothingTwiceUnlessAsked() {
    assertFalse(presence.drain(false));
    assertEquals(List.of(), published);
    presence.announce();
    assertEquals(List.of(ONLINE), published);
  }
}
