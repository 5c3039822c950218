package io.coterie.models.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.coterie.inference.BatchRunner;
import io.coterie.models.data.ImageShape;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.Node;
import io.coterie.models.net.Weights;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxWriterTest {
  private static final ImageShape SHAPE = new ImageShape(3, 32, 32);

  private static Net teacher() {
    return Architecture.parse("wrn-10-1-s2").teacher(SHAPE, 10).withOutputs("logits");
  }

  private static ModelProto parse(byte[] graph) throws Exception {
    return ModelProto.parseFrom(graph);
  }

  private static List<String> dims(ValueInfoProto value) {
    return value.getType().getTensorType().getShape().getDimList().stream()
        .map(dim -> dim.getDimParam().isEmpty() ? "" + dim.getDimValue() : dim.getDimParam())
        .toList();
  }

  @Test
  void namesInputsAndOutputsAsBundlesExpect() throws Exception {
    var graph = parse(OnnxWriter.write(teacher(), Weights.initial(teacher(), 1))).getGraph();
    assertEquals(1, graph.getInputCount());
    assertEquals("input", graph.getInput(0).getName());
    assertEquals(List.of("n", "3", "32", "32"), dims(graph.getInput(0)));
    assertEquals(1, graph.getOutputCount());
    assertEquals("logits", graph.getOutput(0).getName());
    assertEquals(List.of("n", "10"), dims(graph.getOutput(0)));
  }

  @Test
  void aStudentGivesItsPortion() throws Exception {
    Net net = Architecture.parse("wrn-10-0.5-s2").student(SHAPE, 21);
    var graph = parse(OnnxWriter.write(net, Weights.initial(net, 1))).getGraph();
    assertEquals("portion", graph.getOutput(0).getName());
    assertEquals(List.of("n", "21"), dims(graph.getOutput(0)));
  }

  @Test
  void statesOperatorSet13() throws Exception {
    ModelProto model = parse(OnnxWriter.write(teacher(), Weights.initial(teacher(), 1)));
    assertEquals(13, model.getOpsetImport(0).getVersion());
    assertEquals(7, model.getIrVersion());
  }

  @Test
  void computesWhatTheNodesSay() {
    ImageShape shape = new ImageShape(1, 2, 2);
    List<Node> nodes =
        List.of(
            new Node.Conv("conv", "input", 1, 1, 1, 1),
            new Node.BatchNorm("bn", "conv", 1),
            new Node.Relu("relu", "bn"),
            new Node.Add("add", "relu", "conv"),
            new Node.GlobalPool("pool", "add"),
            new Node.Linear("out", "pool", 1, 2));
    Net net = new Net("hand", shape, nodes, List.of("out"));
    Weights weights =
        new Weights(
            Map.of(
                "conv.weight", new float[] {2},
                "bn.scale", new float[] {3},
                "bn.shift", new float[] {1},
                "bn.mean", new float[] {4},
                "bn.variance", new float[] {1},
                "out.weight", new float[] {1, -2},
                "out.bias", new float[] {0.5f, 0}));
    // conv 2 4 6 8; bn 3(x-4)+1 = -5 1 7 13; relu 0 1 7 13; add 2 5 13 21; mean 10.25.
    try (BatchRunner model = new BatchRunner(OnnxWriter.write(net, weights), 1)) {
      float[] out = model.run(new float[] {1, 2, 3, 4});
      assertArrayEquals(new float[] {10.75f, -20.5f}, out, 1e-3f);
    }
  }

  @Test
  void convolvesLikeAHandMadeExample() {
    ImageShape shape = new ImageShape(1, 3, 3);
    List<Node> nodes =
        List.of(new Node.Conv("conv", "input", 1, 1, 3, 2), new Node.GlobalPool("pool", "conv"));
    Net net = new Net("hand", shape, nodes, List.of("pool"));
    float[] kernel = {0, 0, 0, 0, 1, 10, 0, 0, 100};
    Weights weights = new Weights(Map.of("conv.weight", kernel));
    // At stride 2 with zero padding: 1+10*2+100*5, 3, 7+10*8, 9.
    try (BatchRunner model = new BatchRunner(OnnxWriter.write(net, weights), 1)) {
      float[] out = model.run(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
      assertArrayEquals(new float[] {(521 + 3 + 87 + 9) / 4f}, out, 1e-3f);
    }
  }

  @Test
  void aFusionGraphIsItsLinearLayer() {
    LinearHead head = new LinearHead(new float[] {1, 2, 3, 4, 5, 6}, new float[] {10, 20});
    try (BatchRunner model = new BatchRunner(OnnxWriter.write(head), 1)) {
      assertEquals(3, model.inputSize());
      float[] out = model.run(new float[] {1, 2, 3, 0, 0, 1});
      assertArrayEquals(new float[] {24, 52, 13, 26}, out, 1e-5f);
    }
  }

  @Test
  void theNumberOfRowsIsFree() {
    LinearHead head = new LinearHead(new float[] {2}, new float[] {1});
    try (BatchRunner model = new BatchRunner(OnnxWriter.write(head), 1)) {
      for (int rows : new int[] {0, 1, 127, 128, 129, 300}) {
        float[] in = new float[rows];
        java.util.Arrays.fill(in, 3);
        float[] out = model.run(in);
        assertEquals(rows, out.length);
        for (float value : out) {
          assertEquals(7, value);
        }
      }
    }
  }

  @Test
  void refusesWeightsOfAnotherNetwork() {
    Net other = Architecture.parse("wrn-10-1-s2").student(SHAPE, 5);
    Weights weights = Weights.initial(other, 1);
    var e =
        assertThrows(IllegalArgumentException.class, () -> OnnxWriter.write(teacher(), weights));
    assertTrue(e.getMessage().contains("logits"), e.getMessage());
  }

  @Test
  void refusesWhatIsNoGraph() {
    assertThrows(IllegalArgumentException.class, () -> new BatchRunner(new byte[40], 1));
  }
}
