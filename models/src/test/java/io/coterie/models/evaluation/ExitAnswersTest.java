package io.coterie.models.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.OperatingPoint;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExitAnswersTest {
  private static final double EXACT = 1e-9;
  private static final List<Double> COSTS = List.of(0.25, 0.5, 1.0);

  /** Scores of two images at two exits; each is right where it should be. */
  private static final double[][] SCORES = {{0.1, 0.9}, {0.3, 0.2}};

  private static final boolean[][] RIGHT = {{true, false}, {true, false}, {true, true}};

  @Test
  void framesLeaveAtTheFirstExitBelowTheThreshold() {
    ExitReport.Point outcome = ExitAnswers.outcome(SCORES, RIGHT, 0.25, COSTS);
    assertEquals(List.of(0.5, 0.5, 0.0), outcome.exits());
    assertEquals(0.5, outcome.accuracy(), EXACT, "the second image leaves where it is wrong");
    assertEquals((0.25 + 0.5) / 2, outcome.computation(), EXACT);
  }

  @Test
  void nothingLeavesAtThresholdZero() {
    ExitReport.Point outcome =
        ExitAnswers.outcome(new double[][] {{0, 0}, {0, 0}}, RIGHT, 0, COSTS);
    assertEquals(List.of(0.0, 0.0, 1.0), outcome.exits());
    assertEquals(1, outcome.accuracy(), EXACT);
    assertEquals(1, outcome.computation(), EXACT);
  }

  @ParameterizedTest
  @EnumSource(ExitPolicy.class)
  void higherThresholdsNeverComputeMore(ExitPolicy policy) {
    ExitAnswers answers = random(3, 200, 11);
    for (ExitTable table : ExitTables.of("s", answers, random(3, 150, 12), COSTS)) {
      double before = 2;
      for (OperatingPoint point : table.points()) {
        assertTrue(point.computation() <= before, policy + " " + point);
        before = point.computation();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ExitPolicy.class)
  void tablesBeginAtTheEndAndCutWhatThePolicyCan(ExitPolicy policy) {
    ExitAnswers answers = random(3, 200, 13);
    ExitTable table =
        ExitTables.of("s", answers, answers, COSTS).stream()
            .filter(one -> one.policy() == policy)
            .findFirst()
            .orElseThrow();
    assertEquals(List.of(0.0, 0.0, 1.0), table.toTheEnd().exits());
    boolean needsTwo = policy == ExitPolicy.FEATURE_DIFFERENCE || policy == ExitPolicy.COSINE;
    OperatingPoint last = table.points().get(table.points().size() - 1);
    assertEquals(needsTwo ? 0.5 : 0.25, last.computation(), 0.01);
    assertEquals(table.points().get(5).validation(), table.points().get(5).test(), EXACT);
  }

  @Test
  void theDifferenceIsOfNeighbouringExits() {
    ExitAnswers answers =
        new ExitAnswers(
            List.of(new float[] {1, 0}, new float[] {0, 2}),
            List.of(new float[2], new float[2]),
            List.of(new float[] {1, 0}, new float[] {1, 0}),
            2,
            new int[] {0});
    assertEquals(Double.POSITIVE_INFINITY, answers.scores(ExitPolicy.FEATURE_DIFFERENCE)[0][0]);
    assertEquals(1 - 1 / (1 + Math.exp(-1)), answers.scores(ExitPolicy.MAX_SOFTMAX)[0][0], EXACT);
  }

  @Test
  void refusesAnswersThatDoNotFit() {
    List<float[]> one = List.of(new float[2]);
    assertThrows(
        IllegalArgumentException.class,
        () -> new ExitAnswers(one, one, List.of(), 2, new int[] {0}));
    assertThrows(
        IllegalArgumentException.class, () -> new ExitAnswers(one, one, one, 2, new int[0]));
  }

  private static ExitAnswers random(int exits, int images, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<float[]> features =
        random.doubles(exits).mapToObj(d -> floats(random, images * 4, 0)).toList();
    List<float[]> means = random.doubles(exits).mapToObj(d -> floats(random, 4, 0)).toList();
    List<float[]> logits =
        random.doubles(exits).mapToObj(d -> floats(random, images * 3, -2)).toList();
    return new ExitAnswers(features, means, logits, 3, random.ints(images, 0, 3).toArray());
  }

  private static float[] floats(SplittableRandom random, int size, double from) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextDouble(from, 2);
    }
    return values;
  }
}
