package io.coterie.models.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.inference.BatchRunner;
import io.coterie.models.data.ImageShape;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.NetCost;
import io.coterie.models.net.Weights;
import io.coterie.protocol.bundle.InputSpec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TeacherGraphTest {
  private static final ImageShape SHAPE = new ImageShape(3, 12, 12);
  private static final List<Double> MEAN = List.of(0.5, 0.25, 0.1);
  private static final List<Double> STD = List.of(0.5, 0.25, 0.2);
  private static final InputSpec IMAGES = new InputSpec(3, 12, 12, MEAN, STD);

  private static Net net() {
    return Architecture.parse("wcn-8-16").teacher(SHAPE, 5);
  }

  private static byte[] classifier() {
    return OnnxWriter.write(net().withOutputs("logits"), Weights.initial(net(), 3));
  }

  private static float[] images(int n) {
    SplittableRandom random = new SplittableRandom(1);
    float[] rows = new float[n * SHAPE.size()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextDouble(-2, 2);
    }
    return rows;
  }

  private static float[] run(byte[] graph, float[] rows) {
    try (BatchRunner model = new BatchRunner(graph, 1)) {
      return model.run(rows);
    }
  }

  private static TeacherGraph wrap(String features, List<Double> mean, List<Double> std) {
    return TeacherGraph.of(classifier(), features, IMAGES, mean, std);
  }

  @ParameterizedTest
  @ValueSource(strings = {"features", "top.relu"})
  void featuresArePooledWhereTheyAreAMap(String tensor) {
    TeacherGraph teacher = wrap(tensor, List.of(), List.of());
    assertEquals(16, teacher.filters());
    assertEquals(5, teacher.answers());
    byte[] own = OnnxWriter.write(net().withOutputs("features", "logits"), weights());
    float[] rows = images(7);
    assertArrayEquals(run(own, rows), run(teacher.toFeatures(), rows), 1e-5f);
    assertArrayEquals(run(classifier(), rows), run(teacher.toAnswers(), rows), 1e-5f);
  }

  private static Weights weights() {
    return Weights.initial(net(), 3);
  }

  @Test
  void readsTheBundlesImagesWhateverTheTeacherWants() {
    TeacherGraph teacher = wrap("features", List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 2.0));
    float[] rows = images(3);
    float[] wanted = rows.clone();
    int plane = 144;
    for (int i = 0; i < wanted.length; i++) {
      int channel = i / plane % 3;
      double pixel = wanted[i] * STD.get(channel) + MEAN.get(channel);
      wanted[i] = (float) (channel == 2 ? pixel / 2 : pixel);
    }
    assertArrayEquals(run(classifier(), wanted), run(teacher.toAnswers(), rows), 1e-4f);
  }

  @Test
  void scalesImagesToTheTeachersSize() {
    InputSpec small = new InputSpec(3, 6, 6, MEAN, STD);
    TeacherGraph teacher = TeacherGraph.of(classifier(), "features", small, List.of(), List.of());
    float[] flat = new float[3 * 36];
    float[] large = new float[3 * 144];
    Arrays.fill(flat, 0.7f);
    Arrays.fill(large, 0.7f);
    assertArrayEquals(run(classifier(), large), run(teacher.toAnswers(), flat), 1e-5f);
  }

  @Test
  void anotherLastLayerTakesItsPlace() {
    TeacherGraph teacher = wrap("top.relu", List.of(), List.of());
    float[] weight = new float[2 * 16];
    weight[3] = 1;
    weight[16 + 5] = 2;
    float[] rows = images(4);
    float[] features = run(teacher.toFeatures(), rows);
    float[] answers = run(teacher.toAnswers(new LinearHead(weight, new float[] {0.5f, 0})), rows);
    for (int i = 0; i < 4; i++) {
      assertEquals(features[i * 16 + 3] + 0.5f, answers[2 * i], 1e-5);
      assertEquals(2 * features[i * 16 + 5], answers[2 * i + 1], 1e-5);
    }
  }

  @Test
  void countsItsCost() {
    TeacherGraph teacher = wrap("features", List.of(), List.of());
    NetCost cost = NetCost.of(net());
    assertEquals(1, teacher.flops() / (double) cost.flops(), 0.1);
    assertTrue(teacher.parameters() >= cost.parameters());
  }

  @Test
  void namesTheTensorsThatThereAre() {
    var e =
        assertThrows(IllegalArgumentException.class, () -> wrap("fc.input", List.of(), List.of()));
    assertTrue(e.getMessage().contains("no tensor 'fc.input'"), e.getMessage());
    assertTrue(e.getMessage().contains("top.relu, features, logits"), e.getMessage());
  }

  @Test
  void refusesImagesOfOtherChannels() {
    InputSpec grey = new InputSpec(1, 12, 12, List.of(0.5), List.of(0.5));
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> TeacherGraph.of(classifier(), "features", grey, List.of(), List.of()));
    assertTrue(e.getMessage().contains("any x 3 x 12 x 12"), e.getMessage());
    assertTrue(e.getMessage().contains("--input"), e.getMessage());
  }

  @Test
  void refusesMeansOfOtherChannels() {
    assertThrows(
        IllegalArgumentException.class, () -> wrap("features", List.of(0.5), List.of(0.5)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not a model"})
  void refusesWhatIsNoModel(String text) {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            TeacherGraph.of(
                text.getBytes(StandardCharsets.UTF_8), "x", IMAGES, List.of(), List.of()));
  }
}
