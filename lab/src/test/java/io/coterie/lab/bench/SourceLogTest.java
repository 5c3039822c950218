package io.coterie.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.Load;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class SourceLogTest {
  private static final long SECOND = 1_000_000_000L;

  private final SourceLog log = new SourceLog(10, 30);

  @Test
  void hearsTheSourceOnly() {
    log.load("a", new Load("cam", 20, 1, 0), 0);
    log.admitted(new Admitted("a", 1, 5, 0.5), 0);
    log.load("b", new Load("cam", 90, 1, 0), 1);
    log.load("a", new Load("cam", 20, 1, 5), 2);
    assertEquals(1, log.inBand(0));
    assertEquals(5, log.ratePerSecond());
  }

  @Test
  void saysWhenTheQueueCameToStayBetweenTheBands() {
    log.admitted(new Admitted("a", 1, 5, 0.5), 0);
    queue(0, 60);
    queue(SECOND, 20);
    queue(2 * SECOND, 50);
    queue(3 * SECOND, 20);
    queue(4 * SECOND, 25);
    assertEquals(OptionalDouble.of(3), log.settledSeconds(0));
    assertEquals(1, log.inBand(3 * SECOND));
    assertEquals(0.75, log.inBand(SECOND));
    queue(5 * SECOND, 5);
    assertEquals(OptionalDouble.empty(), log.settledSeconds(0));
  }

  @Test
  void weighsThresholdsWithTheirTime() {
    log.admitted(new Admitted("a", 1, 0, 0.5), 0);
    log.admitted(new Admitted("a", 1, 0, 0.1), 3 * SECOND);
    assertEquals((0.5 + 3 * 0.1) / 4, log.threshold(2 * SECOND, 6 * SECOND), 1e-12);
    log.begin();
    assertEquals(0.1, log.threshold(7 * SECOND, 9 * SECOND), 1e-12);
  }

  private void queue(long ns, int length) {
    log.load("a", new Load("cam", length, 1, 0), ns);
  }
}
