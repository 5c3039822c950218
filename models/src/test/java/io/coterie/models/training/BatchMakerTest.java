package io.coterie.models.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.models.data.ImageShape;
import io.coterie.models.data.LabelledImages;
import io.coterie.protocol.bundle.InputSpec;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchMakerTest {
  private static final ImageShape SHAPE = new ImageShape(3, 4, 5);
  private static final InputSpec INPUT =
      new InputSpec(3, 4, 5, List.of(0.5, 0.25, 0.0), List.of(0.5, 0.25, 1.0));

  private static LabelledImages images(int n) {
    byte[] pixels = new byte[n * SHAPE.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (1 + i * 7 % 251);
    }
    return new LabelledImages(SHAPE, pixels, new int[n]);
  }

  private static BatchMaker maker(Augmentation augmentation, long seed) {
    return new BatchMaker(images(6), INPUT, augmentation, seed);
  }

  @Test
  void plainImagesAreWhatABoardWouldSee() {
    float[] batch = maker(new Augmentation(3, true), 1).make(new int[] {4}, BatchMaker.PLAIN);
    FloatBuffer planes = FloatBuffer.allocate(SHAPE.size());
    images(6).image(4).normalise(INPUT, planes);
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 5; x++) {
        for (int c = 0; c < 3; c++) {
          float channelsLast = batch[(y * 5 + x) * 3 + c];
          assertEquals(planes.get((c * 4 + y) * 5 + x), channelsLast, 1e-6);
        }
      }
    }
  }

  @Test
  void theSameVariantOfAnImageIsTheSameInAnyBatch() {
    BatchMaker maker = maker(new Augmentation(2, true), 3);
    float[] alone = maker.make(new int[] {2}, 5);
    float[] among = maker.make(new int[] {0, 1, 2, 3}, 5);
    int size = SHAPE.size();
    assertArrayEquals(alone, Arrays.copyOfRange(among, 2 * size, 3 * size));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void variantsDiffer(long seed) {
    BatchMaker maker = maker(new Augmentation(2, true), seed);
    Set<Integer> seen = new HashSet<>();
    for (int variant = 0; variant < 40; variant++) {
      seen.add(Arrays.hashCode(maker.make(new int[] {1}, variant)));
    }
    assertTrue(seen.size() > 15, "only " + seen.size() + " with seed " + seed);
  }

  @Test
  void withoutMirroringNoImageIsMirrored() {
    BatchMaker shifted = maker(new Augmentation(0, false), 1);
    float[] plain = shifted.make(new int[] {1}, BatchMaker.PLAIN);
    for (int variant = 0; variant < 20; variant++) {
      assertArrayEquals(plain, shifted.make(new int[] {1}, variant));
    }
  }

  @Test
  void whatEntersFromOutsideIsReflected() {
    BatchMaker maker = maker(new Augmentation(2, false), 1);
    float[] plain = maker.make(new int[] {1}, BatchMaker.PLAIN);
    Set<Float> known = new HashSet<>();
    for (float value : plain) {
      known.add(value);
    }
    for (int variant = 0; variant < 20; variant++) {
      for (float value : maker.make(new int[] {1}, variant)) {
        assertTrue(known.contains(value), "a value that the image does not have: " + value);
      }
    }
  }

  @Test
  void ofTwoVariantsInARowOneIsMirrored() {
    BatchMaker maker = maker(new Augmentation(0, true), 4);
    int[] mirrored = new int[2];
    for (int image = 0; image < 6; image++) {
      float[] plain = maker.make(new int[] {image}, BatchMaker.PLAIN);
      for (int variant = 6; variant < 8; variant++) {
        boolean same = Arrays.equals(plain, maker.make(new int[] {image}, variant));
        mirrored[variant - 6] += same ? 0 : 1;
      }
    }
    assertEquals(6, mirrored[0] + mirrored[1]);
    assertTrue(mirrored[0] > 0 && mirrored[1] > 0, Arrays.toString(mirrored));
  }

  @Test
  void ordersOfEpochsArePermutations() {
    int[] one = Seeds.order(100, 5, 1);
    int[] two = Seeds.order(100, 5, 2);
    assertFalse(Arrays.equals(one, two));
    assertArrayEquals(one, Seeds.order(100, 5, 1));
    Arrays.sort(one);
    assertArrayEquals(IntStream.range(0, 100).toArray(), one);
  }

  @Test
  void mixedSeedsDependOnEveryPart() {
    Set<Long> seen = new HashSet<>();
    for (int a = 0; a < 30; a++) {
      for (int b = 0; b < 30; b++) {
        seen.add(Seeds.mix(1, a, b));
        seen.add(Seeds.mix(2, a, b));
      }
    }
    assertEquals(1800, seen.size());
  }
}
