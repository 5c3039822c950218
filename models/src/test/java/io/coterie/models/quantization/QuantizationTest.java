package io.coterie.models.quantization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.coterie.inference.BatchRunner;
import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.Parameter;
import io.coterie.models.net.Weights;
import io.coterie.models.onnx.OnnxGraph;
import io.coterie.models.onnx.OnnxWriter;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizationTest {
  private static final ImageShape SHAPE = new ImageShape(3, 16, 16);
  private static final List<String> NETS = List.of("wcn-8-16-24", "wrn-10-1-s2");

  /** A student with batch normalisations that do something; scales in [from, from + 1). */
  private static byte[] student(String name, double from) {
    Net net = Architecture.parse(name).student(SHAPE, 12);
    Weights weights = Weights.initial(net, 3);
    SplittableRandom random = new SplittableRandom(4);
    for (Parameter parameter : net.parameters()) {
      float[] values = weights.of(parameter);
      for (int i = 0; i < values.length; i++) {
        switch (parameter.kind()) {
          case SCALE -> values[i] = (float) random.nextDouble(from, from + 1);
          case STATISTIC ->
              values[i] += parameter.start() == 0 ? (float) random.nextDouble(-0.2, 0.2) : 0.3f;
          case SHIFT, BIAS -> values[i] = (float) random.nextDouble(-0.3, 0.3);
          default -> {}
        }
      }
    }
    return OnnxWriter.write(net, weights);
  }

  private static float[] images(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
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

  private static double relativeError(float[] expected, float[] found) {
    assertEquals(expected.length, found.length);
    double error = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(found[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    return Math.sqrt(error / size);
  }

  private static long count(byte[] onnx, String type) {
    return OnnxGraph.read(onnx).nodes().stream()
        .map(NodeProto::getOpType)
        .filter(type::equals)
        .count();
  }

  @ParameterizedTest
  @CsvSource({"wcn-8-16-24,0.5", "wcn-8-16-24,-0.5", "wrn-10-1-s2,0.5", "wrn-16-1,-0.5"})
  void foldingChangesNothing(String net, double scalesFrom) {
    byte[] plain = student(net, scalesFrom);
    OnnxGraph graph = OnnxGraph.read(plain);
    Folding.fold(graph);
    byte[] folded = graph.write();
    assertTrue(count(folded, "BatchNormalization") < count(plain, "BatchNormalization"));
    float[] rows = images(20, 1);
    assertArrayEquals(run(plain, rows), run(folded, rows), 1e-4f);
  }

  @Test
  void nothingIsLeftToFoldWhereFactorsArePositive() {
    OnnxGraph graph = OnnxGraph.read(student("wcn-8-16-24", 0.5));
    Folding.fold(graph);
    assertEquals(0, count(graph.write(), "BatchNormalization"));
  }

  @Test
  void aNegativeFactorBehindAMaximumIsNotFolded() {
    OnnxGraph graph = OnnxGraph.read(student("wcn-8-16-24", -0.5));
    Folding.fold(graph);
    assertEquals(3, count(graph.write(), "BatchNormalization"));
  }

  @ParameterizedTest
  @CsvSource({"wcn-8-16-24,0.5", "wcn-8-16-24,-0.5", "wrn-10-1-s2,0.5", "wrn-16-1,-0.5"})
  void int8AnswersAlmostTheSame(String net, double scalesFrom) {
    byte[] plain = student(net, scalesFrom);
    byte[] int8 = Int8.quantize(plain, images(64, 1));
    float[] rows = images(50, 2);
    double error = relativeError(run(plain, rows), run(int8, rows));
    assertTrue(error < 0.05, "relative error " + error);
    assertTrue(error > 0, "nothing was quantised");
  }

  @Test
  void int8WeighsAQuarter() {
    byte[] plain = student("wrn-16-1", 0.5);
    assertTrue(Int8.quantize(plain, images(8, 1)).length < 0.32 * plain.length);
  }

  @Test
  void aReluBehindAConvolutionIsPartOfTheRange() {
    byte[] int8 = Int8.quantize(student("wcn-8-16-24", 0.5), images(8, 1));
    assertEquals(0, count(int8, "Relu"));
    assertEquals(8, count(int8, "Conv"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"wcn-8-16-24", "wrn-10-1-s2"})
  void fp16IsHalfTheFileAndAnswersTheSame(String net) {
    byte[] plain = student(net, 0.5);
    byte[] halved = Fp16.halve(plain);
    assertTrue(halved.length < 0.6 * plain.length, halved.length + " of " + plain.length);
    float[] rows = images(20, 5);
    assertTrue(relativeError(run(plain, rows), run(halved, rows)) < 2e-3);
    assertFalse(java.util.Arrays.equals(plain, halved));
  }

  @Test
  void quantisingTwiceGivesTheSameBytes() {
    for (String net : NETS) {
      byte[] plain = student(net, 0.5);
      float[] rows = images(16, 1);
      assertArrayEquals(Int8.quantize(plain, rows), Int8.quantize(plain, rows));
    }
  }

  @Test
  void saysWhatIsWrong() {
    byte[] plain = student("wcn-8-16-24", 0.5);
    assertThrows(IllegalArgumentException.class, () -> Int8.quantize(plain, new float[0]));
    assertThrows(IllegalArgumentException.class, () -> Fp16.halve(new byte[] {1, 2, 3}));
  }
}
