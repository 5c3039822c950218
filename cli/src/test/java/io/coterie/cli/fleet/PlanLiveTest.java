package io.coterie.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Availability;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code coterie plan} for a running fleet. */
@Tag("broker")
final class PlanLiveTest {
  private RetainedFleet fleet;

  @BeforeEach
  void start() throws Exception {
    fleet = new RetainedFleet();
    fleet.board("a", Availability.DRAINING);
    fleet.board("b", Availability.STOPPED);
    fleet.board("c", Availability.OFFLINE);
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  @Test
  void plansForNobodyWhereNoBoardTakesPart() {
    String out = fleet.run(1, "plan", RetainedFleet.PATH.toString()).out();
    assertEquals(
        List.of(
            "left out: a drains: 'coterie board resume a' lets it take part",
            "left out: b was stopped",
            "left out: c is offline"),
        out.lines().limit(3).toList());
    assertTrue(out.contains("note: no boards"), out);
  }

  @Test
  void plansForBoardsThatAreOnlineOnly() throws Exception {
    fleet.board("d", Availability.ONLINE);
    fleet.board("e", Availability.ONLINE);
    String out = fleet.run(0, "plan", RetainedFleet.PATH.toString(), "--success", "0.9").out();
    assertTrue(out.lines().anyMatch(line -> line.startsWith("d ")), out);
    assertTrue(out.lines().anyMatch(line -> line.startsWith("e ")), out);
    assertFalse(out.lines().anyMatch(line -> line.startsWith("a ")), out);
  }
}
