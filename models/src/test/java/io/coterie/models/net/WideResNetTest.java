package io.coterie.models.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.models.data.ImageShape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WideResNetTest {
  private static final ImageShape CIFAR = new ImageShape(3, 32, 32);

  @ParameterizedTest
  @CsvSource({
    "wrn-10-1, 77850",
    "wrn-16-1, 175066",
    "wrn-22-1, 272282",
    "wrn-16-2, 691674",
  })
  void hasThePublishedNumberOfParameters(String name, long parameters) {
    assertEquals(parameters, NetCost.of(Architecture.parse(name).teacher(CIFAR, 10)).parameters());
  }

  @ParameterizedTest
  @CsvSource({"wrn-10-1, 12.5", "wrn-16-1, 26.7", "wrn-22-1, 40.8"})
  void costsThePublishedMultiplyAdds(String name, double millions) {
    long flops = NetCost.of(Architecture.parse(name).teacher(CIFAR, 10)).flops();
    assertEquals(millions, flops / 2e6, 0.025 * millions);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wrn-10-1", "wrn-16-2", "wrn-40-4", "wrn-10-0.5", "wrn-10-1-s2"})
  void namesReadBack(String name) {
    assertEquals(name, Architecture.parse(name).name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "wrn", "wrn-10", "wrn-11-1", "wrn-4-1", "wrn-10-0", "vgg-16", "wrn-10-1-s4"})
  void refusesOtherNames(String name) {
    assertThrows(IllegalArgumentException.class, () -> Architecture.parse(name));
  }

  @Test
  void aStrideInTheStemQuartersTheCost() {
    double full = NetCost.of(Architecture.parse("wrn-10-1").teacher(CIFAR, 10)).flops();
    double strided = NetCost.of(Architecture.parse("wrn-10-1-s2").teacher(CIFAR, 10)).flops();
    assertEquals(4, full / strided, 0.01);
  }

  @Test
  void aStudentEndsInItsPortion() {
    Net student = Architecture.parse("wrn-10-1").student(CIFAR, 17);
    assertEquals(List.of("portion"), student.outputs());
    NetCost teacher = NetCost.of(Architecture.parse("wrn-10-1").teacher(CIFAR, 10));
    long bridge = 64L * 17 + 2 * 17;
    assertEquals(teacher.parameters() - 650 + bridge, NetCost.of(student).parameters());
  }

  @Test
  void greyAndOddSizesWork() {
    Net net = Architecture.parse("wrn-10-1").teacher(new ImageShape(1, 33, 47), 2);
    assertTrue(NetCost.of(net).flops() > 0);
  }

  @Test
  void theTeachersLastFiltersGrowWithItsWidth() {
    assertEquals(64, Architecture.parse("wrn-16-1").filters());
    assertEquals(256, Architecture.parse("wrn-40-4").filters());
    assertEquals(32, Architecture.parse("wrn-10-0.5").filters());
  }
}
