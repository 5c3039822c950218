package io.coterie.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test {
  @TempDir Path folder;

  @BeforeEach
  void writeSmallDataSet() throws IOException {
    TinyCifar.write(folder, 20, 5);
  }

  @Test
  void readsLabelsPixelsAndNames() throws IOException {
    Dataset data = Datasets.open(folder.toString(), 1, Cifar10.SHAPE);
    assertEquals(List.of("cat", "dog", "ship"), data.labels());
    assertEquals(new ImageShape(3, 32, 32), data.shape());
    assertEquals(5, data.test().size());
    assertEquals(0, data.test().label(3));
    assertEquals(TinyCifar.pixel(3, 2, 31, 7), data.test().image(3).at(2, 31, 7));
  }

  @Test
  void keepsATenthOfTheTrainingRecordsForValidation() throws IOException {
    Dataset data = Datasets.open(folder.toString(), 1, Cifar10.SHAPE);
    assertEquals(36, data.train().size());
    assertEquals(4, data.validation().size());
  }

  @Test
  void theSplitDependsOnTheSeedAlone() throws IOException {
    Dataset data = Datasets.open(folder.toString(), 1, Cifar10.SHAPE);
    assertEquals(
        data.fingerprint(), Datasets.open(folder.toString(), 1, Cifar10.SHAPE).fingerprint());
    assertNotEquals(
        data.fingerprint(), Datasets.open(folder.toString(), 2, Cifar10.SHAPE).fingerprint());
    assertArrayEquals(
        data.test().pixels(), Datasets.open(folder.toString(), 2, Cifar10.SHAPE).test().pixels());
  }

  @Test
  void noTrainingRecordIsLostOrDoubled() throws IOException {
    Dataset data = Datasets.open(folder.toString(), 1, Cifar10.SHAPE);
    Set<Integer> seen = new HashSet<>();
    for (LabelledImages split : List.of(data.train(), data.validation())) {
      for (int i = 0; i < split.size(); i++) {
        byte[] image = split.image(i).values();
        assertTrue(seen.add(Arrays.hashCode(image)), "doubled");
      }
    }
    assertEquals(40, seen.size());
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    Path file = folder.resolve("data_batch_2.bin");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused("data_batch_2.bin", "incomplete");
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    Files.write(folder.resolve("test_batch.bin"), new byte[0]);
    assertRefused("test_batch.bin", "0 bytes");
  }

  @Test
  void refusesALabelOutOfRange() throws IOException {
    Path file = folder.resolve("data_batch_1.bin");
    byte[] bytes = Files.readAllBytes(file);
    bytes[3073 * 4] = 3;
    Files.write(file, bytes);
    assertRefused("data_batch_1.bin record 4", "label 3");
  }

  @Test
  void saysWhichFileIsMissing() throws IOException {
    Files.delete(folder.resolve("data_batch_1.bin"));
    Files.delete(folder.resolve("data_batch_2.bin"));
    assertRefused("data_batch_*.bin", folder.toString());
  }

  private void assertRefused(String... parts) {
    var e =
        assertThrows(IOException.class, () -> Datasets.open(folder.toString(), 1, Cifar10.SHAPE));
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }
}
