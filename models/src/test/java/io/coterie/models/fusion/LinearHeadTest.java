package io.coterie.models.fusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class LinearHeadTest {
  private static final LinearHead HEAD =
      new LinearHead(new float[] {1, 2, 3, 4, 5, 6}, new float[] {10, 20});

  private static float[] logits(LinearHead head, float... features) {
    float[] out = new float[head.labels()];
    head.logits(features, 0, out, 0);
    return out;
  }

  @Test
  void multipliesAndAdds() {
    assertArrayEquals(new float[] {14 + 10, 32 + 20}, logits(HEAD, 1, 2, 3));
  }

  @Test
  void selectedAndRemovedColumnsAddUp() {
    float[] part = logits(HEAD.select(List.of(2, 0)), 3, 1);
    float[] rest = logits(HEAD.without(List.of(0, 2)), 1, 2, 3);
    float[] all = logits(HEAD, 1, 2, 3);
    for (int i = 0; i < all.length; i++) {
      assertEquals(all[i], part[i] + rest[i] - HEAD.bias()[i], 1e-5);
    }
  }

  @Test
  void scaledItReadsFeaturesInOtherUnits() {
    LinearHead scaled = HEAD.scaled(new float[] {2, 4, 8});
    assertArrayEquals(logits(HEAD, 2, 4, 16), logits(scaled, 1, 1, 2));
  }

  @Test
  void readsAndWritesInTheMiddleOfArrays() {
    float[] out = new float[4];
    HEAD.logits(new float[] {9, 9, 1, 2, 3}, 2, out, 1);
    assertArrayEquals(new float[] {0, 24, 52, 0}, out);
  }

  @Test
  void refusesWeightsThatDoNotFit() {
    assertThrows(IllegalArgumentException.class, () -> new LinearHead(new float[5], new float[2]));
    assertThrows(IllegalArgumentException.class, () -> new LinearHead(new float[0], new float[0]));
  }
}
