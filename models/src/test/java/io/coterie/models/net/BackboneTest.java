package io.coterie.models.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.models.data.ImageShape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks with exits, cut into stages, with and without autoencoders. */
class BackboneTest {
  private static final ImageShape SHAPE = new ImageShape(3, 32, 32);

  @ParameterizedTest
  @CsvSource({
    "wrn-16-0.5-s2, g0b1, g1b1",
    "wcn-8x3-16-16x3, g0.relu3, g1.relu2",
    "mbn-8-8x2-16x2-32, g0b1, g1b0"
  })
  void stagesReadOneValueAndGiveTheNextAndLogits(String name, String first, String second) {
    List<String> exits = List.of(first, second);
    Net net = Architecture.parse(name).backbone(SHAPE, 10, exits);
    assertEquals(List.of("exit1.logits", "exit2.logits", "logits"), net.outputs());
    List<Net> stages = Architecture.stages(net, exits);
    assertEquals(List.of(first, "exit1.logits"), stages.get(0).outputs());
    assertEquals(List.of(second, "exit2.logits"), stages.get(1).outputs());
    assertEquals(List.of("logits"), stages.get(2).outputs());
    assertEquals(second, stages.get(2).source());
    long flops = stages.stream().mapToLong(stage -> NetCost.of(stage).flops()).sum();
    assertEquals(NetCost.of(net).flops(), flops, "nothing is computed twice");
  }

  @Test
  void refusesACutInsideABlock() {
    Architecture net = Architecture.parse("wrn-16-0.5-s2");
    Net cut = net.backbone(SHAPE, 10, List.of("g1b1.relu2"));
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> Architecture.stages(cut, List.of("g1b1.relu2")));
    assertTrue(e.getMessage().contains("g1b1.relu2 alone"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> net.backbone(SHAPE, 10, List.of("g9.relu1")));
  }

  @Test
  void autoencodersNarrowWhatTravelsAndLeaveTheExitAlone() {
    List<String> exits = List.of("g0.relu2", "g1.relu2");
    Net plain = Architecture.parse("wcn-8-16-16").backbone(SHAPE, 10, exits);
    Net net = Autoencoders.insert(plain, exits, List.of("g0.relu2"), 4);
    Map<String, Extent> extents = net.extents();
    assertEquals(new Extent(2, 15, 15), extents.get(Autoencoders.encoded("g0.relu2")));
    assertEquals(extents.get("g0.relu2"), extents.get(Autoencoders.decoded("g0.relu2")));
    assertTrue(net.parameters().containsAll(plain.parameters()));
    List<Net> stages = Architecture.stages(net, List.of("g0.relu2.encoded", "g1.relu2"));
    assertEquals("g0.relu2.encoded", stages.get(1).source());
    assertEquals(
        List.of("g0.relu2"),
        stages.get(0).nodes().stream()
            .filter(node -> node.name().equals("exit1.conv"))
            .flatMap(node -> node.inputs().stream())
            .toList());
    assertTrue(
        stages.get(1).nodes().stream().anyMatch(n -> n.name().equals("g0.relu2.decoder.bn")));
  }
}
