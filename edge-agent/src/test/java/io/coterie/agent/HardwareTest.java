package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HardwareTest {
  @TempDir Path root;

  @Test
  void aBoardSaysItsModel() throws Exception {
    Files.createDirectories(root.resolve("proc/device-tree"));
    Files.writeString(root.resolve("proc/device-tree/model"), "Raspberry Pi Zero 2 W Rev 1.0\0");
    assertEquals("Raspberry Pi Zero 2 W Rev 1.0", Hardware.name(root));
  }

  @Test
  void otherMachinesSayTheirProcessor() throws Exception {
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(
        root.resolve("proc/cpuinfo"), "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n");
    assertEquals("Some CPU @ 2 GHz", Hardware.name(root));
  }

  @Test
  void whereNothingIsToldTheSystemIs() {
    assertEquals(System.getProperty("os.name"), Hardware.name(root));
    assertFalse(Hardware.name().isBlank());
  }
}
