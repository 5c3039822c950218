package io.coterie.planner.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationGraphTest {
  @Test
  void weighsAPairByBothActivitiesAndTheirDifference() {
    ActivationGraph graph = new ActivationGraph(3);
    graph.add(new float[] {4, 2, 1});
    double[][] weights = graph.adjacency();
    assertEquals(1 * 0.5 * 0.5, weights[0][1], 1e-12);
    assertEquals(1 * 0.25 * 0.75, weights[0][2], 1e-12);
    assertEquals(0.5 * 0.25 * 0.25, weights[1][2], 1e-12);
  }

  @Test
  void addsImagesUp() {
    ActivationGraph graph = new ActivationGraph(2);
    graph.add(new float[] {2, 1});
    graph.add(new float[] {20, 10});
    assertEquals(0.5, graph.adjacency()[0][1], 1e-12);
  }

  @Test
  void isSymmetricWithoutSelfEdges() {
    ActivationGraph graph = new ActivationGraph(4);
    graph.add(new float[] {1, 2, 3, 4});
    double[][] weights = graph.adjacency();
    for (int i = 0; i < 4; i++) {
      assertEquals(0, weights[i][i]);
      for (int j = 0; j < 4; j++) {
        assertEquals(weights[i][j], weights[j][i]);
      }
    }
  }

  @Test
  void countsNegativeActivityAsNone() {
    ActivationGraph graph = new ActivationGraph(3);
    graph.add(new float[] {2, 1, -5});
    assertEquals(0, graph.adjacency()[0][2]);
    assertTrue(graph.adjacency()[0][1] > 0);
  }

  @Test
  void anImageWithoutActivityAddsNothing() {
    ActivationGraph graph = new ActivationGraph(3);
    graph.add(new float[] {0, -1, 0});
    assertArrayEquals(new double[3], graph.adjacency()[0]);
  }

  @Test
  void keepsTheFiftyMostActiveFilters() {
    float[] means = new float[60];
    for (int i = 0; i < means.length; i++) {
      means[i] = i + 1;
    }
    ActivationGraph graph = new ActivationGraph(60);
    graph.add(means);
    assertEquals(0, graph.adjacency()[9][59]);
    assertTrue(graph.adjacency()[10][59] > 0);
  }

  @Test
  void handsOutACopy() {
    ActivationGraph graph = new ActivationGraph(2);
    graph.adjacency()[0][1] = 7;
    assertEquals(0, graph.adjacency()[0][1]);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesWhatIsNoNumber(float value) {
    ActivationGraph graph = new ActivationGraph(2);
    var e = assertThrows(IllegalArgumentException.class, () -> graph.add(new float[] {1, value}));
    assertTrue(e.getMessage().contains("" + value));
  }

  @Test
  void refusesAnotherNumberOfFilters() {
    ActivationGraph graph = new ActivationGraph(2);
    assertThrows(IllegalArgumentException.class, () -> graph.add(new float[3]));
    assertThrows(IllegalArgumentException.class, () -> new ActivationGraph(0));
  }
}
