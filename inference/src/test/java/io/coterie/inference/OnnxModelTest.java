package io.coterie.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class OnnxModelTest {
  private static final long[] INPUT = {1, 3, 32, 32};
  private static final long[] OUTPUT = {1, 16, 32, 32};
  private static final long[] IMAGE = {1, 1, 2, 2};
  private static final long[] PORTION = {1, 2};

  @Test
  void computesTheSameForTheSameInputAndOtherwiseForAnother() throws Exception {
    try (OnnxModel model = OnnxModel.load(probe(), "probe", INPUT, OUTPUT, 1)) {
      float first = runWith(model, 1);
      float other = runWith(model, 2);
      assertNotEquals(first, other);
      assertEquals(first, runWith(model, 1));
    }
  }

  @Test
  void refusesBytesThatAreNoGraph() {
    ModelException e =
        assertThrows(
            ModelException.class,
            () -> OnnxModel.load(new byte[] {1, 2, 3}, "junk", INPUT, OUTPUT, 1));
    assertTrue(e.getMessage().startsWith("cannot load junk: "), e.getMessage());
  }

  @Test
  void refusesAGraphOfAnotherShape() {
    ModelException e =
        assertThrows(
            ModelException.class,
            () -> OnnxModel.load(probe(), "probe", INPUT, new long[] {1, 10}, 1));
    assertEquals("probe output has shape [1, 16, 32, 32], wanted [1, 10]", e.getMessage());
  }

  /**
   * The graph gives {@code h = in + in} of shape {@code [1, 1, 2, 2]}, and after it the largest of
   * each column, {@code p} of shape {@code [1, 2]}.
   */
  @Test
  void tellsOutputsApartByTheirRank() throws Exception {
    for (boolean portionFirst : new boolean[] {true, false}) {
      List<long[]> shapes = portionFirst ? List.of(PORTION, IMAGE) : List.of(IMAGE, PORTION);
      try (OnnxModel model = OnnxModel.load(twoOutputs(), "stage", IMAGE, shapes, 1)) {
        model.input().put(new float[] {1, 2, 3, -4});
        model.run();
        assertArrayEquals(new float[] {3, 2}, values(model.output(portionFirst ? 0 : 1), 2));
        assertArrayEquals(new float[] {2, 4, 6, -8}, values(model.output(portionFirst ? 1 : 0), 4));
      }
    }
  }

  @Test
  void pinsItsBuffers() throws Exception {
    try (OnnxModel model = OnnxModel.load(twoOutputs(), "s", IMAGE, List.of(PORTION, IMAGE), 1)) {
      FloatBuffer input = model.input();
      FloatBuffer output = model.run();
      model.run();
      assertSame(input, model.input());
      assertSame(output, model.output(0));
    }
  }

  @ParameterizedTest
  @MethodSource("otherOutputs")
  void refusesOtherOutputs(List<long[]> shapes, String message) {
    ModelException e =
        assertThrows(
            ModelException.class, () -> OnnxModel.load(twoOutputs(), "stage", IMAGE, shapes, 1));
    assertEquals(message, e.getMessage());
  }

  static Stream<Arguments> otherOutputs() {
    long[] rank3 = {1, 2, 2};
    return Stream.of(
        arguments(List.of(PORTION), "stage output must be one tensor: [h, p]"),
        arguments(List.of(PORTION, IMAGE, rank3), "stage output must be 3 tensors: [h, p]"),
        arguments(
            List.of(PORTION, rank3),
            "stage output must be one tensor of rank 3, wanted [1, 2, 2]: it has 0 of [h, p]"),
        arguments(
            List.of(PORTION, new long[] {1, 8, 2, 2}),
            "stage output has shape [1, 1, 2, 2], wanted [1, 8, 2, 2]"),
        arguments(
            List.of(new long[] {1, 3}, IMAGE), "stage output has shape [1, 2], wanted [1, 3]"));
  }

  private static float[] values(FloatBuffer buffer, int size) {
    assertEquals(size, buffer.remaining());
    float[] values = new float[size];
    buffer.get(values);
    return values;
  }

  private static byte[] twoOutputs() throws IOException {
    try (InputStream in = OnnxModelTest.class.getResourceAsStream("two-outputs.onnx")) {
      return in.readAllBytes();
    }
  }

  @Test
  void measuresMoreThanNothing() throws Exception {
    assertTrue(ComputeProbe.flopsPerSecond() > 1e6);
  }

  private static float runWith(OnnxModel model, float value) throws ModelException {
    FloatBuffer input = model.input();
    while (input.hasRemaining()) {
      input.put(value);
    }
    return model.run().get(100);
  }

  private static byte[] probe() throws IOException {
    try (InputStream in = ComputeProbe.class.getResourceAsStream("probe.onnx")) {
      return in.readAllBytes();
    }
  }
}
