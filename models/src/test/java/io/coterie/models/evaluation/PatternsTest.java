package io.coterie.models.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class PatternsTest {
  private static final Patterns PATTERNS =
      new Patterns(List.of(new float[] {0.1f}, new float[] {0.2f, 0.3f}));
  private static final List<float[]> PORTIONS =
      List.of(new float[] {1, 2}, new float[] {3, 4, 5, 6});

  @Test
  void placesPortionsSideBySide() {
    assertArrayEquals(new float[] {1, 3, 4, 2, 5, 6}, PATTERNS.features(PORTIONS, 0b11));
  }

  @Test
  void putsMeansWherePortionsAreMissing() {
    assertArrayEquals(new float[] {0.1f, 3, 4, 0.1f, 5, 6}, PATTERNS.features(PORTIONS, 0b10));
    assertArrayEquals(
        new float[] {1, 0.2f, 0.3f, 2, 0.2f, 0.3f}, PATTERNS.features(PORTIONS, 0b01));
  }

  @Test
  void digitKIsPartitionK() {
    assertEquals("10", PATTERNS.text(0b01));
    assertEquals("01", PATTERNS.text(0b10));
    assertEquals("11", PATTERNS.text(PATTERNS.full()));
  }

  @Test
  void accuracyCountsEqualEntries() {
    int[] predictions = Accuracy.predictions(new float[] {0, 1, 1, 0, 2, 2}, 2);
    assertArrayEquals(new int[] {1, 0, 0}, predictions);
    assertEquals(2 / 3.0, Accuracy.of(predictions, new int[] {1, 0, 1}), 1e-12);
  }

  @Test
  void accuracyOfNothingIsAnError() {
    assertThrows(IllegalArgumentException.class, () -> Accuracy.of(new int[0], new int[0]));
    assertThrows(IllegalArgumentException.class, () -> Accuracy.of(new int[1], new int[2]));
  }
}
