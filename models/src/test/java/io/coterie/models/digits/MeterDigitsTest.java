package io.coterie.models.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeterDigitsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, 100_000})
  void drawsTheSamePictureForTheSameNumber(int index) {
    var one = MeterDigits.generate(4, index);
    var two = MeterDigits.generate(4, index);
    assertArrayEquals(one.image().values(), two.image().values());
    assertEquals(one.label(), two.label());
  }

  @Test
  void picturesOfOneSeedDiffer() {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      seen.add(Arrays.hashCode(MeterDigits.generate(1, i).image().values()));
    }
    assertEquals(200, seen.size());
  }

  @Test
  void neighbouringSeedsShareNoPicture() {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      seen.add(Arrays.hashCode(MeterDigits.generate(1, i).image().values()));
      seen.add(Arrays.hashCode(MeterDigits.generate(2, i).image().values()));
    }
    assertEquals(200, seen.size());
  }

  @Test
  void everyDigitIsAboutEquallyFrequent() {
    int[] counts = new int[10];
    IntStream.range(0, 5000).forEach(i -> counts[Scene.draw(MeterDigits.random(3, i)).digit()]++);
    for (int count : counts) {
      assertTrue(count > 400 && count < 600, Arrays.toString(counts));
    }
  }

  @Test
  void theLabelledDigitIsAlwaysMostInView() {
    SplittableRandom random = new SplittableRandom(8);
    boolean turned = false;
    for (int i = 0; i < 5000; i++) {
      Scene scene = Scene.draw(random);
      assertTrue(Math.abs(scene.turn()) <= Scene.MOST_TURNED);
      turned |= Math.abs(scene.turn()) > 0.3;
    }
    assertTrue(turned, "some rolls must be half turned");
    assertTrue(Scene.MOST_TURNED < 0.45, "a digit at 0.5 would be in doubt");
  }

  @Test
  void picturesShowSomething() {
    for (int i = 0; i < 300; i++) {
      byte[] values = MeterDigits.generate(2, i).image().values();
      double mean = 0;
      double squares = 0;
      for (byte value : values) {
        mean += value & 0xff;
        squares += (value & 0xff) * (value & 0xff);
      }
      mean /= values.length;
      double deviation = Math.sqrt(squares / values.length - mean * mean);
      assertTrue(deviation > 4, "picture " + i + " has deviation " + deviation);
    }
  }

  @Test
  void everyHandHasTenDifferentDigits() {
    for (int hand = 0; hand < Hands.count(); hand++) {
      Set<String> shapes = new HashSet<>();
      for (int digit = 0; digit < 10; digit++) {
        var bounds = Hands.strokes(hand, digit).getBounds2D();
        assertTrue(bounds.getHeight() > 0.9 && bounds.getHeight() < 1.05, hand + "/" + digit);
        assertTrue(bounds.getMaxX() < 0.7 && bounds.getMinX() > -0.1, hand + "/" + digit);
        shapes.add(path(hand, digit));
      }
      assertEquals(10, shapes.size());
    }
  }

  private static String path(int hand, int digit) {
    StringBuilder text = new StringBuilder();
    double[] at = new double[6];
    for (var i = Hands.strokes(hand, digit).getPathIterator(null); !i.isDone(); i.next()) {
      text.append(i.currentSegment(at)).append(Arrays.toString(at));
    }
    return text.toString();
  }

  @Test
  void writesAFolderPerDigit() throws IOException {
    MeterDigits.write(folder, 6, 12);
    int files = 0;
    for (int i = 0; i < 12; i++) {
      int label = MeterDigits.generate(6, i).label();
      Path file = folder.resolve(label + "/6-0000" + (i < 10 ? "0" : "") + i + ".png");
      files += Files.exists(file) ? 1 : 0;
    }
    assertEquals(12, files);
    assertFalse(Files.exists(folder.resolve("10")));
  }
}
