package io.coterie.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.PlanMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KillLogTest {
  private static final long MS = 1_000_000;

  private final KillLog log = new KillLog();

  @Test
  void measuresFromKillToWillToPlan() {
    log.plan(plan(4, "a", "b"), 0);
    log.killed("a", 100 * MS);
    log.state("a", Availability.OFFLINE, 112 * MS);
    log.plan(plan(5, "b"), 120 * MS);
    assertEquals(1, log.kills());
    assertEquals(1, log.replans());
    assertEquals(12, log.detectionMs().max());
    assertEquals(8, log.replanMs().max());
  }

  @Test
  void ignoresPlansThatStillNameTheBoard() {
    log.killed("a", 0);
    log.state("a", Availability.OFFLINE, 10 * MS);
    log.plan(plan(5, "a", "b"), 11 * MS);
    log.plan(plan(6, "b"), 20 * MS);
    assertEquals(10, log.replanMs().max());
  }

  @Test
  void ignoresStatesOfBoardsThatWereNotKilled() {
    log.state("a", Availability.OFFLINE, 10 * MS);
    assertEquals(0, log.detectionMs().max());
  }

  @Test
  void measuresTheSameBoardAgain() {
    for (int round = 0; round < 2; round++) {
      long startNs = round * 1_000L * MS;
      log.killed("a", startNs);
      log.state("a", Availability.OFFLINE, startNs + 10 * MS);
      log.plan(plan(5 + round, "b"), startNs + 30 * MS);
    }
    assertEquals(2, log.kills());
    assertEquals(20, log.replanMs().p50());
  }

  private static PlanMessage plan(long epoch, String... agents) {
    return new PlanMessage(
        1,
        epoch,
        "0".repeat(64),
        null,
        true,
        1,
        1,
        List.of(new PlanMessage.Group(0, "s", List.of(agents), 1, 0.9, List.of())),
        "hub",
        "",
        1,
        0.9,
        0.9,
        List.of(),
        List.of());
  }
}
