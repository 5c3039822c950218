package io.coterie.models.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.models.data.ImageShape;
import io.coterie.protocol.bundle.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhitenedNetTest {
  private static final ImageShape CIFAR = new ImageShape(3, 32, 32);

  @ParameterizedTest
  @ValueSource(strings = {"wcn-48-192-192", "wcn-8", "wcn-1-2-3-4-5", "wcn-16-80x4-128x3"})
  void namesReadBack(String name) {
    assertEquals(name, Architecture.parse(name).name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wcn",
        "wcn-",
        "wcn-0",
        "wcn-1-2-3-4-5-6",
        "wcn-8-",
        "wcn-99999",
        "wcn-a",
        "wcn-8x1",
        "wcn-8x17",
        "wcn-8x"
      })
  void refusesOtherNames(String name) {
    assertThrows(IllegalArgumentException.class, () -> Architecture.parse(name));
  }

  @Test
  void countsItsParametersAndOperations() {
    NetCost cost = NetCost.of(Architecture.parse("wcn-8-16").teacher(CIFAR, 10));
    long convolutions = 9L * (24 * 8 + 8 * 8 + 8 * 16 + 16 * 16);
    long rest = 24 * 12 + 24 + 2 * (8 + 8 + 16 + 16) + 16 * 10 + 10;
    assertEquals(convolutions + rest, cost.parameters());
    long multiplyAdds =
        31L * 31 * 24 * 12 + 9L * (31 * 31 * 24 * 8 + 15 * 15 * (8 * 8 + 8 * 16) + 7 * 7 * 16 * 16);
    assertEquals(1, cost.flops() / (2.0 * multiplyAdds), 0.025);
  }

  @Test
  void bytesNeedAQuarterOfTheMemory() {
    NetCost cost = NetCost.of(Architecture.parse("wcn-32-80-104").student(CIFAR, 96));
    assertEquals(4L * (24 + 32) * 31 * 31, cost.peakActivationBytes());
    double ratio = (double) cost.memoryBytes(Precision.INT8) / cost.memoryBytes(Precision.FP32);
    assertEquals(0.25, ratio, 0.01);
    assertEquals(cost.memoryBytes(Precision.FP32), cost.memoryBytes(Precision.FP16));
  }

  @Test
  void whatAWideResNetNormalisesBeforeAConvolutionStaysWide() {
    NetCost cost = NetCost.of(Architecture.parse("wrn-10-1").student(CIFAR, 32));
    double ratio = (double) cost.peakInt8ActivationBytes() / cost.peakActivationBytes();
    assertTrue(ratio > 0.4 && ratio < 1, "ratio " + ratio);
  }

  @Test
  void startsAsTheIdentityWhereItCan() {
    Net net = Architecture.parse("wcn-8-16").student(CIFAR, 4);
    Weights weights = Weights.initial(net, 5);
    Parameter second =
        net.parameters().stream().filter(p -> p.name().equals("g1.conv2.weight")).findFirst().get();
    float[] values = weights.of(second);
    for (int out = 0; out < 16; out++) {
      for (int i = 0; i < 16 * 9; i++) {
        assertEquals(i == out * 9 + 4 ? 1 : 0, values[out * 16 * 9 + i]);
      }
    }
  }

  @Test
  void greyAndOddSizesWork() {
    Net net = Architecture.parse("wcn-8-8-8").teacher(new ImageShape(1, 29, 47), 2);
    assertEquals(List.of("features", "logits"), net.outputs());
    assertTrue(NetCost.of(net).flops() > 0);
  }

  @Test
  void laterConvolutionsOfAGroupSkip() {
    Net net = Architecture.parse("wcn-8-16x4").student(CIFAR, 4);
    List<String> names = net.nodes().stream().map(Node::name).toList();
    assertTrue(names.containsAll(List.of("g1.add3", "g1.add4", "g1.relu3", "top.relu")));
    assertEquals(new Extent(16, 7, 7), net.extents().get("g1.relu3"));
  }

  @Test
  void stagesCostAsMuchAsTheWhole() {
    List<String> exits = List.of("g0.relu2", "g1.relu1", "g1.relu3");
    Net whole = Architecture.parse("wcn-8-16x4-24").student(CIFAR, 5, exits);
    List<Net> stages = Architecture.stages(whole, exits);
    assertEquals(4, stages.size());
    assertEquals(List.of("g0.relu2", "exit1.portion"), stages.get(0).outputs());
    assertEquals(List.of("portion"), stages.get(3).outputs());
    assertEquals(
        NetCost.of(whole).flops(), stages.stream().mapToLong(s -> NetCost.of(s).flops()).sum());
    assertEquals(
        NetCost.of(whole).parameters(),
        stages.stream().mapToLong(s -> NetCost.of(s).parameters()).sum());
  }

  @Test
  void refusesExitsThatDoNotExistOrDoNotSeparate() {
    Architecture net = Architecture.parse("wcn-8-16x3");
    var unknown =
        assertThrows(
            IllegalArgumentException.class, () -> net.student(CIFAR, 4, List.of("g7.relu1")));
    assertTrue(unknown.getMessage().contains("g7.relu1"), unknown.getMessage());
    // What follows the third convolution also needs what it read.
    List<String> between = List.of("g1.conv3");
    Net student = net.student(CIFAR, 4, between);
    assertThrows(IllegalArgumentException.class, () -> Architecture.stages(student, between));
  }
}
