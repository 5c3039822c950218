package io.coterie.models.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.models.data.ImageShape;
import io.coterie.models.data.LabelledImages;
import io.coterie.protocol.bundle.InputSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small parts of the pipeline that need no engine. */
class StepsTest {
  @TempDir Path folder;

  @Test
  void statisticsAreOfEachColumn() {
    Statistics statistics = Statistics.of(new float[] {1, 10, 3, 10, 5, 10}, 2);
    assertArrayEquals(new float[] {3, 10}, statistics.mean());
    assertEquals(Math.sqrt(8.0 / 3), statistics.deviation()[0], 1e-6);
    double typical = Math.sqrt(8.0 / 3 / 2);
    assertEquals(0.1 * typical, statistics.deviation()[1], 1e-6, "never 0, it divides");
    assertEquals(10 / (0.1 * typical), statistics.normalisedMean(1), 1e-3);
    assertEquals(0, Statistics.of(new float[] {0, 0}, 1).normalisedMean(0));
  }

  @Test
  void normalisationGivesMeanAndDeviation() {
    ImageShape shape = new ImageShape(1, 1, 2);
    byte[] pixels = {0, (byte) 255, 0, (byte) 255};
    InputSpec input = Normalisation.of(new LabelledImages(shape, pixels, new int[2]));
    assertEquals(List.of(0.5), input.mean());
    assertEquals(List.of(0.5), input.std());
  }

  @Test
  void imagesWithoutContrastAreNotDividedByZero() {
    LabelledImages black = new LabelledImages(new ImageShape(1, 2, 2), new byte[4], new int[1]);
    assertEquals(List.of(1.0), Normalisation.of(black).std());
  }

  @Test
  void softmaxIsADistributionAtAnyScale() {
    float[] values = {0, 1000, 1000, 999, -1000};
    Losses.softmax(values, 1, 3, 1);
    assertEquals(0, values[0]);
    assertEquals(1, values[1] + values[2] + values[3], 1e-6);
    assertEquals(values[1], values[2]);
    assertEquals(Math.E, values[1] / values[3], 1e-4);
    assertEquals(-1000, values[4]);
  }

  @Test
  void aHigherTemperatureIsSofter() {
    float[] sharp = {0, 2};
    float[] soft = {0, 2};
    Losses.softmax(sharp, 0, 2, 1);
    Losses.softmax(soft, 0, 2, 4);
    assertTrue(soft[1] < sharp[1] && soft[1] > 0.5);
    assertTrue(Losses.entropy(soft) > Losses.entropy(sharp));
  }

  @Test
  void entropyOfCertaintyIsZero() {
    assertEquals(0, Losses.entropy(new float[] {1, 0, 0}));
    assertEquals(Math.log(4), Losses.entropy(new float[] {.25f, .25f, .25f, .25f}), 1e-6);
  }

  @Test
  void networksDifferByPartsOfTheirLargestValue() {
    assertEquals(0.001, Export.difference(new float[] {500, 0}, new float[] {500, 0.5f}), 1e-9);
    assertEquals(0.25, Export.difference(new float[] {0.5f, 0}, new float[] {0.5f, 0.25f}), 1e-9);
    assertTrue(Float.isNaN(Export.difference(new float[2], new float[3])));
    assertTrue(Float.isNaN(Export.difference(new float[] {1}, new float[] {Float.NaN})));
  }

  @Test
  void featuresReadBack() throws IOException {
    Path file = folder.resolve("features/a.f32");
    FeatureStore.write(file, new float[] {1, 2, 3, 4, 5, 6});
    FeatureStore store = FeatureStore.open(file, 3, 2);
    float[] row = new float[2];
    store.row(2, row);
    assertArrayEquals(new float[] {5, 6}, row);
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, store.all());
  }

  @Test
  void featuresOfAnotherSizeAreRefused() throws IOException {
    Path file = folder.resolve("a.f32");
    FeatureStore.write(file, new float[6]);
    var e = assertThrows(IOException.class, () -> FeatureStore.open(file, 4, 2));
    assertTrue(e.getMessage().contains("a.f32"), e.getMessage());
  }

  private static TrainingProgress progress(long done) {
    return new TrainingProgress(
        "teacher wrn-16-1", 2, 10, done, 100, 321.4, Duration.ofSeconds(65), "loss 0.5000");
  }

  private static String printed(boolean terminal, long... done) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ProgressPrinter printer =
        new ProgressPrinter(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal);
    for (long d : done) {
      printer.update(progress(d));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void printsOneLinePerEpochWhereThereIsNoTerminal() {
    assertEquals(
        "teacher wrn-16-1 epoch 2/10  loss 0.5000  321 images/s  1:05 left"
            + System.lineSeparator(),
        printed(false, 10, 50, 100));
  }

  @Test
  void drawsABarOnATerminal() {
    String text = printed(true, 50, 100);
    assertTrue(text.contains("[############............]"), text);
    assertTrue(text.endsWith("left" + System.lineSeparator()), text);
  }

  @Test
  void optionsNameWhatIsWrong() {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new TrainingOptions(
                    TrainingConfig.preset("cifar10"),
                    "data",
                    folder,
                    folder,
                    1,
                    0,
                    folder,
                    Optional.empty(),
                    "test"));
    assertTrue(e.getMessage().contains("jobs=0"), e.getMessage());
  }
}
