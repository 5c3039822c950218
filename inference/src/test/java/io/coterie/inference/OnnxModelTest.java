package io.coterie.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

final class OnnxModelTest {
  private static final long[] INPUT = {1, 3, 32, 32};
  private static final long[] OUTPUT = {1, 16, 32, 32};

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
