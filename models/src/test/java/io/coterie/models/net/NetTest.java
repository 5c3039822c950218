package io.coterie.models.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.models.data.ImageShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetTest {
  private static final ImageShape SHAPE = new ImageShape(1, 4, 4);

  @TempDir Path folder;

  private static Net net(List<Node> nodes, String output) {
    return new Net("test", SHAPE, nodes, List.of(output));
  }

  private static Net small() {
    return net(
        List.of(
            new Node.Conv("conv", "input", 1, 2, 3, 1),
            new Node.Relu("relu", "conv"),
            new Node.Add("add", "conv", "relu"),
            new Node.GlobalPool("pool", "add"),
            new Node.Linear("out", "pool", 2, 3)),
        "out");
  }

  @Test
  void countsCostByHand() {
    NetCost cost = NetCost.of(small());
    assertEquals(18 + 9, cost.parameters());
    assertEquals(2 * 9 * 2 * 16 + 32 + 32 + 32 + 2 * 6, cost.flops());
    assertEquals(4 * 96, cost.peakActivationBytes(), "conv, relu and add of 32 values at once");
    assertEquals(4 * 27 + 4 * 96, cost.memoryBytes(io.coterie.protocol.bundle.Precision.FP32));
  }

  @Test
  void statisticsAreNoParameters() {
    Net net =
        net(
            List.of(new Node.BatchNorm("bn", "input", 1), new Node.GlobalPool("pool", "bn")),
            "pool");
    assertEquals(2, NetCost.of(net).parameters());
    assertEquals(4, net.parameters().size());
  }

  @Test
  void refusesANodeBeforeItsInput() {
    List<Node> nodes = List.of(new Node.Relu("a", "b"), new Node.Relu("b", "input"));
    var e = assertThrows(IllegalArgumentException.class, () -> net(nodes, "a"));
    assertTrue(e.getMessage().contains("a"));
  }

  @Test
  void refusesTwoNodesOfOneName() {
    List<Node> nodes = List.of(new Node.Relu("a", "input"), new Node.Relu("a", "input"));
    assertThrows(IllegalArgumentException.class, () -> net(nodes, "a"));
  }

  @Test
  void refusesAnUnknownOutput() {
    assertThrows(
        IllegalArgumentException.class, () -> net(List.of(new Node.Relu("a", "input")), "b"));
  }

  @Test
  void startsFromTheSameWeightsForTheSameSeed() {
    Weights one = Weights.initial(small(), 7);
    Weights two = Weights.initial(small(), 7);
    Weights other = Weights.initial(small(), 8);
    assertArrayEquals(one.values().get("conv.weight"), two.values().get("conv.weight"));
    assertFalse(Arrays.equals(one.values().get("conv.weight"), other.values().get("conv.weight")));
    assertArrayEquals(new float[3], one.values().get("out.bias"));
  }

  @Test
  void weightsReadBack() throws IOException {
    Path file = folder.resolve("new/weights.bin");
    Weights weights = Weights.initial(small(), 7);
    weights.write(file);
    Weights read = Weights.read(file);
    assertEquals(weights.values().keySet(), read.values().keySet());
    weights.values().forEach((name, v) -> assertArrayEquals(v, read.values().get(name)));
  }

  @Test
  void refusesDamagedWeights() throws IOException {
    Path file = folder.resolve("weights.bin");
    Weights.initial(small(), 7).write(file);
    byte[] bytes = Files.readAllBytes(file);
    for (int length : new int[] {0, 3, 9, 40, bytes.length - 2}) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThrows(IOException.class, () -> Weights.read(file), "length " + length);
    }
    Files.write(file, new byte[100]);
    assertThrows(IOException.class, () -> Weights.read(file));
  }

  @Test
  void namesTheParameterThatDoesNotFit() {
    Weights weights = new Weights(Map.of("conv.weight", new float[3]));
    Parameter parameter = new Node.Conv("conv", "input", 1, 2, 3, 1).weight();
    var e = assertThrows(IllegalArgumentException.class, () -> weights.of(parameter));
    assertTrue(e.getMessage().contains("conv.weight"), e.getMessage());
  }
}
