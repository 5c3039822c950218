package io.coterie.agent;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the operating system says about the board. */
public final class Hardware {
  private Hardware() {}

  /** The board's or the CPU's model, for people. */
  public static String name() {
    return name(Path.of("/"));
  }

  /** The model's name, read from the kernel's files below this folder. */
  static String name(Path root) {
    try {
      Path boardModel = root.resolve("proc/device-tree/model");
      if (Files.isReadable(boardModel)) {
        return Files.readString(boardModel, StandardCharsets.UTF_8).replace("\0", "").strip();
      }
      List<String> cpu = Files.readAllLines(root.resolve("proc/cpuinfo"), StandardCharsets.UTF_8);
      return cpu.stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.name"));
    } catch (IOException e) {
      return System.getProperty("os.name");
    }
  }

  /** Half of the memory that the process may use, as a share to offer to models. */
  public static long offeredMemoryBytes() {
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      return Math.max(1, system.getTotalMemorySize() / 2);
    }
    return Runtime.getRuntime().maxMemory();
  }
}
