package io.coterie.agent.fusion;

import static io.coterie.agent.fusion.Points.partitioning;
import static io.coterie.agent.fusion.Points.point;
import static io.coterie.agent.fusion.Points.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FuserRole;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ThresholdTest {
  private static final long MS = 1_000_000;
  private static final ExitTable LARGE =
      table(
          ExitPolicy.ENTROPY,
          "large",
          point(0, 0.90, 0, 0, 1),
          point(0.1, 0.899, 0.2, 0.2, 0.6),
          point(0.2, 0.895, 0.5, 0.2, 0.3),
          point(0.3, 0.88, 0.8, 0.1, 0.1));
  private static final ExitTable SMALL =
      table(ExitPolicy.ENTROPY, "small", point(0, 0.8, 0, 0, 1), point(0.5, 0.8, 0.5, 0.2, 0.3));
  private static final Partitioning PARTITIONING =
      partitioning(List.of("small", "large", "largest"), SMALL, LARGE);

  @Test
  void isFixedWhereTheRuleSaysSo() {
    Threshold threshold = threshold(rule(0.25, 0, null));
    assertEquals(0.25, threshold.inForce());
    assertEquals(Optional.empty(), threshold.problem());
    assertEquals(Optional.empty(), answers(threshold, 100, 0));
  }

  @Test
  void isThatOfTheCheapestPointWithinTheBudget() {
    assertEquals(0, threshold(rule(null, 0, null)).inForce());
    assertEquals(0.1, threshold(rule(null, 0.001, null)).inForce());
    assertEquals(0.2, threshold(rule(null, 0.005, null)).inForce());
    assertEquals(0.3, threshold(rule(null, 0.5, null)).inForce());
  }

  @Test
  void takesTheTableOfTheLargestStudentThatHasOne() {
    assertEquals(Optional.of(LARGE), basis(PARTITIONING, rule(null, 0, null)).table());
    Partitioning one = partitioning(List.of("other"), SMALL);
    assertEquals(Optional.of(SMALL), basis(one, rule(null, 0, null)).table());
  }

  @Test
  void complainsOfABundleThatSaysNothingOfThePolicy() {
    ExitRule rule = new ExitRule(ExitPolicy.COSINE, null, 0.1, 20.0, null);
    Threshold threshold = threshold(rule);
    assertEquals(0, threshold.inForce());
    assertTrue(threshold.problem().orElseThrow().contains("no operating points for cosine"));
    assertEquals(Optional.empty(), answers(threshold, 100, 0));
  }

  @Test
  void isZeroWhereThereIsOneExit() {
    FuserRole role = new FuserRole("d", "a".repeat(64), 1, List.of(0), 100, 1);
    Threshold threshold = new Threshold(Threshold.Basis.of(role, PARTITIONING));
    assertEquals(0, threshold.inForce());
    assertEquals(Optional.empty(), threshold.problem());
  }

  @Test
  void startsAtTheMostAccurateAndFollowsTheTarget() {
    Threshold threshold = threshold(rule(null, 0.005, 20.0));
    assertEquals(0, threshold.inForce());
    Threshold.Change change = answers(threshold, 100, 1_000).orElseThrow();
    assertEquals(0, change.before().threshold());
    assertEquals(0.2, change.now().threshold());
    assertEquals(100, change.latencyMs());
    assertEquals(0.2, threshold.inForce());
  }

  @Test
  void judgesAMoveByFramesThatArrivedAfterIt() {
    Threshold threshold = threshold(rule(null, 0.005, 20.0));
    answers(threshold, 22, 1_000);
    assertEquals(0.1, threshold.inForce());
    for (int ms = 0; ms < 400; ms += 10) {
      // Waiting since before the move.
      threshold.answered(900 * MS, (1_010 + ms) * MS);
    }
    assertEquals(0.1, threshold.inForce());
    answers(threshold, 22, 1_500);
    assertEquals(0.2, threshold.inForce());
  }

  @Test
  void judgesEveryQuarterOfASecondOnly() {
    Threshold threshold = threshold(rule(null, 0.005, 20.0));
    answers(threshold, 22, 1_000);
    for (int i = 0; i < 20; i++) {
      threshold.answered((1_001 + i) * MS, (1_100 + i) * MS);
    }
    assertEquals(0.1, threshold.inForce());
  }

  @Test
  void itsBasisIsTheSameAsLongAsNothingChanged() {
    assertEquals(
        basis(PARTITIONING, rule(null, 0.1, 20.0)), basis(PARTITIONING, rule(null, 0.1, 20.0)));
    assertNotEquals(
        basis(PARTITIONING, rule(null, 0.1, 20.0)), basis(PARTITIONING, rule(null, 0.1, 21.0)));
  }

  /** Ten answers at once; the change that they bring. */
  private static Optional<Threshold.Change> answers(
      Threshold threshold, long latencyMs, long atMs) {
    Optional<Threshold.Change> change = Optional.empty();
    for (int i = 0; i < 10; i++) {
      Optional<Threshold.Change> next = threshold.answered((atMs - latencyMs) * MS, atMs * MS);
      change = next.isPresent() ? next : change;
    }
    return change;
  }

  private static Threshold threshold(ExitRule rule) {
    return new Threshold(basis(PARTITIONING, rule));
  }

  private static Threshold.Basis basis(Partitioning partitioning, ExitRule rule) {
    return Threshold.Basis.of(
        new FuserRole("d", "a".repeat(64), Strategy.DISTREE, 1, List.of(0), 100, 1, rule),
        partitioning);
  }

  private static ExitRule rule(Double threshold, double budget, Double targetMs) {
    return new ExitRule(ExitPolicy.ENTROPY, threshold, budget, targetMs, null);
  }
}
