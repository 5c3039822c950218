package io.coterie.models.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.coterie.inference.BatchRunner;
import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.Node;
import io.coterie.models.net.Parameter;
import io.coterie.models.net.Weights;
import io.coterie.models.onnx.OnnxWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Skipped where libtorch's natives are absent. */
@Tag("training")
class TorchNetTest {
  private static final ImageShape SHAPE = new ImageShape(3, 16, 12);

  @BeforeAll
  static void start() {
    assumeTrue(Torch.available(), "libtorch's natives are not on the class path");
    Torch.start(NativeCache.FOLDER, 1, 1);
  }

  private static Net student(String name) {
    return Architecture.parse(name).student(SHAPE, 7);
  }

  /** Random weights, and statistics as if it had been trained. */
  private static Weights weights(Net net, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, float[]> values = new LinkedHashMap<>(Weights.initial(net, seed).values());
    for (Parameter parameter : net.parameters()) {
      if (!parameter.name().endsWith("weight")) {
        float[] array = values.get(parameter.name());
        for (int i = 0; i < array.length; i++) {
          array[i] += (float) (0.3 * random.nextDouble());
        }
      }
    }
    return new Weights(values);
  }

  private static float[] image(int n, long seed) {
    float[] values = new float[n * SHAPE.size()];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** The same images with channels first. */
  private static float[] channelsFirst(float[] nhwc, int n) {
    int plane = SHAPE.height() * SHAPE.width();
    float[] out = new float[nhwc.length];
    for (int i = 0; i < n; i++) {
      for (int p = 0; p < plane; p++) {
        for (int c = 0; c < 3; c++) {
          out[(i * 3 + c) * plane + p] = nhwc[(i * plane + p) * 3 + c];
        }
      }
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"wrn-10-0.25", "wrn-16-0.25", "wrn-10-0.5-s2", "mbn-8-8x2-16x1-24"})
  void givesWhatTheExportedGraphGives(String name) {
    Net net = student(name);
    Weights weights = weights(net, 3);
    float[] images = image(5, 4);
    float[] expected;
    try (BatchRunner model = new BatchRunner(OnnxWriter.write(net, weights), 1)) {
      expected = model.run(channelsFirst(images, 5));
    }
    try (TorchNet torch = new TorchNet(net, weights);
        NDManager batch = torch.manager().newSubManager()) {
      var found = torch.forward(torch.input(batch, images, 5), false).get(Architecture.PORTION);
      assertEquals(5, found.getShape().get(0));
      assertArrayEquals(expected, found.toFloatArray(), 1e-4f);
    }
  }

  /** The gradient of the outputs' sum is the sum of the values that the convolution reads. */
  @ParameterizedTest
  @CsvSource({"1,2", "3,2", "4,2", "8,2", "12,2", "16,2", "24,2", "4,3", "4,1"})
  void learnsFromTheValuesThatConvolutionsRead(int channels, int stride) {
    Node.Conv wide = new Node.Conv("wide", Net.INPUT, 3, channels, 1, 1);
    Node.Conv read = new Node.Conv("read", "wide", channels, 5, 1, stride);
    Net net = new Net("two", SHAPE, List.of(wide, read), List.of("wide", "read"));
    Weights weights = Weights.initial(net, 1);
    try (TorchNet torch = new TorchNet(net, weights, Set.of("wide"))) {
      torch.enableTraining();
      float[] values;
      try (NDManager batch = torch.manager().newSubManager();
          var gradients = Engine.getInstance().newGradientCollector()) {
        Map<String, NDArray> found = torch.forward(torch.input(batch, image(32, 2), 32), true);
        values = found.get("wide").toFloatArray();
        gradients.backward(found.get("read").sum());
      }
      torch.step(new TorchNet.Step(1, 0, 0, 1));
      double[] sums = new double[channels];
      for (int i = 0; i < values.length; i++) {
        boolean isRead =
            i / SHAPE.width() % SHAPE.height() % stride == 0 && i % SHAPE.width() % stride == 0;
        sums[i / SHAPE.width() / SHAPE.height() % channels] += isRead ? values[i] : 0;
      }
      float[] before = weights.of(read.weight());
      float[] after = torch.weights().of(read.weight());
      for (int i = 0; i < after.length; i++) {
        assertEquals(sums[i % channels], before[i] - after[i], 0.02, "weight " + i);
      }
    }
  }

  private static float step(TorchNet torch, float[] images) {
    float loss;
    try (NDManager batch = torch.manager().newSubManager()) {
      var input = torch.input(batch, images, 8);
      try (var gradients = Engine.getInstance().newGradientCollector()) {
        var value = torch.forward(input, true).get(Architecture.PORTION).sub(1f).square().mean();
        gradients.backward(value);
        loss = value.getFloat();
      }
    }
    torch.step(new TorchNet.Step(0.05f, 0.9f, 0, 1));
    return loss;
  }

  @Test
  void stepsLowerTheLoss() {
    Net net = student("wrn-10-0.25-s2");
    float[] images = image(8, 5);
    try (TorchNet torch = new TorchNet(net, Weights.initial(net, 6))) {
      torch.enableTraining();
      float first = step(torch, images);
      float last = first;
      for (int i = 0; i < 15; i++) {
        last = step(torch, images);
      }
      assertTrue(last < 0.5 * first, first + " -> " + last);
    }
  }

  @Test
  void theStateGoesOnExactlyWhereItStopped() {
    Net net = student("wrn-10-0.25-s2");
    float[] images = image(8, 5);
    float expected;
    Weights state;
    try (TorchNet torch = new TorchNet(net, Weights.initial(net, 6))) {
      torch.enableTraining();
      step(torch, images);
      step(torch, images);
      state = torch.state();
      step(torch, images);
      expected = step(torch, images);
    }
    try (TorchNet resumed = new TorchNet(net, state)) {
      resumed.enableTraining();
      step(resumed, images);
      assertEquals(expected, step(resumed, images), 1e-6);
    }
  }

  @Test
  void decayPullsWeightsButNotBiases() {
    Net net = Architecture.parse("wrn-10-0.25-s2").teacher(SHAPE, 2);
    Weights start = weights(net, 9);
    try (TorchNet torch = new TorchNet(net, start)) {
      torch.enableTraining();
      float[] images = image(8, 5);
      try (NDManager batch = torch.manager().newSubManager()) {
        var input = torch.input(batch, images, 8);
        try (var gradients = Engine.getInstance().newGradientCollector()) {
          gradients.backward(torch.forward(input, true).get(Architecture.LOGITS).sum().mul(0f));
        }
      }
      torch.step(new TorchNet.Step(0.1f, 0, 0.5f, 1));
      Weights after = torch.weights();
      float[] weight = start.values().get("logits.weight");
      for (int i = 0; i < weight.length; i++) {
        assertEquals(0.95f * weight[i], after.values().get("logits.weight")[i], 1e-6);
      }
      assertArrayEquals(
          start.values().get("top.bn.scale"), after.values().get("top.bn.scale"), 1e-6f);
    }
  }
}
