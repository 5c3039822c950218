package io.coterie.agent.doctor;

import io.coterie.inference.ComputeProbe;
import io.coterie.inference.ModelException;
import io.coterie.inference.NativeLibraries;
import io.coterie.protocol.WallClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Looks at this machine. */
public final class MachineProbe {
  private static final Path THROTTLED =
      Path.of("/sys/devices/platform/soc/soc:firmware/get_throttled");

  private MachineProbe() {}

  /**
   * Looks.
   *
   * @param cache folder for models and state; is made if it is not there
   */
  public static MachineFacts look(Path cache) {
    Optional<String> cacheFailure = cacheFailure(cache);
    Optional<String> runtimeFailure = Optional.empty();
    double flops = 0;
    try {
      NativeLibraries.unpackTo(cache);
      flops = ComputeProbe.flopsPerSecond();
    } catch (IOException | ModelException | LinkageError e) {
      runtimeFailure = Optional.of(String.valueOf(e.getMessage()));
    }
    return new MachineFacts(
        Runtime.version().feature(),
        System.getProperty("java.home"),
        System.getProperty("os.arch"),
        Integer.getInteger("sun.arch.data.model", 64),
        cache,
        cacheFailure,
        freeBytes(cache),
        runtimeFailure,
        flops,
        WallClock.ms(),
        throttled(THROTTLED));
  }

  private static Optional<String> cacheFailure(Path cache) {
    try {
      Files.createDirectories(cache);
      Files.delete(Files.createTempFile(cache, "doctor", ""));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }

  private static long freeBytes(Path cache) {
    Path there = cache.toAbsolutePath();
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there.toFile().getUsableSpace();
  }

  /** The firmware's bits, in hexadecimal. */
  static OptionalLong throttled(Path file) {
    try {
      String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
      return OptionalLong.of(Long.parseLong(text.replace("0x", ""), 16));
    } catch (IOException | NumberFormatException e) {
      // No Raspberry Pi.
      return OptionalLong.empty();
    }
  }
}
