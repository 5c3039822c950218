package io.coterie.models.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.models.data.ImageShape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MobileNetTest {
  private static final ImageShape SHAPE = new ImageShape(3, 32, 32);

  @Test
  void nameReadsBack() {
    String name = "mbn-32-32x2-64x3-256";
    assertEquals(name, Architecture.parse(name).name());
    assertEquals(256, Architecture.parse(name).filters());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mbn-32", "mbn-32-64-256", "mbn-0-8x1-8", "mbn-8-8x0-8", "mbn-8-8x1"})
  void refusesWhatIsNoNetwork(String name) {
    var e = assertThrows(IllegalArgumentException.class, () -> Architecture.parse(name));
    assertTrue(e.getMessage().contains("mbn-CHANNELS"), e.getMessage());
  }

  @Test
  void groupsHalveTheResolution() {
    var extents = Architecture.parse("mbn-8-8x2-16x1-24x1-32").teacher(SHAPE, 10).extents();
    assertEquals(new Extent(8, 16, 16), extents.get("g0b1"));
    assertEquals(new Extent(32, 8, 8), extents.get("g1b0.bn2"));
    assertEquals(new Extent(24, 4, 4), extents.get("g2b0"));
    assertEquals(new Extent(32, 4, 4), extents.get(Architecture.TOP));
  }

  @Test
  void countsDepthwiseConvolutionsByHand() {
    Net net =
        new Net("d", SHAPE, List.of(Node.Conv.depthwise("d", "input", 3, 3, 2)), List.of("d"));
    assertEquals(27, NetCost.of(net).parameters());
    assertEquals(2 * 9 * 3 * 16 * 16, NetCost.of(net).flops());
  }
}
