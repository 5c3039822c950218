package io.coterie.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.doctor.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineChecksTest {
  private static final Path CACHE = Path.of("/cache");
  private static final long NOW_MS = Instant.parse("2026-06-01T12:00:00Z").toEpochMilli();

  private int java = 17;
  private String arch = "aarch64";
  private int pointerBits = 64;
  private Optional<String> cacheFailure = Optional.empty();
  private long freeBytes = 4L << 30;
  private Optional<String> runtimeFailure = Optional.empty();
  private double flops = 2e9;
  private long nowMs = NOW_MS;
  private OptionalLong throttled = OptionalLong.of(0);

  private List<Finding> notWell() {
    MachineFacts facts =
        new MachineFacts(
            java,
            "/usr/lib/jvm/java",
            arch,
            pointerBits,
            CACHE,
            cacheFailure,
            freeBytes,
            runtimeFailure,
            flops,
            nowMs,
            throttled);
    return MachineChecks.of(facts).stream()
        .filter(finding -> finding.level() != Finding.Level.OK)
        .toList();
  }

  private void assertFinds(String check, Finding.Level level, String found, String cure) {
    List<Finding> notWell = notWell();
    assertEquals(1, notWell.size(), notWell.toString());
    Finding one = notWell.get(0);
    assertEquals(check, one.check());
    assertEquals(level, one.level());
    assertTrue(one.found().contains(found), one.found());
    assertTrue(one.cure().contains(cure), one.cure());
  }

  @Test
  void findsNothingOnAGoodBoard() {
    assertEquals(List.of(), notWell());
  }

  @Test
  void findsAnOldJava() {
    java = 11;
    assertFinds("java", Finding.Level.PROBLEM, "version 11", "apt install openjdk-17");
  }

  @Test
  void findsA32BitSystemAndAnUnknownProcessor() {
    pointerBits = 32;
    assertFinds("system", Finding.Level.PROBLEM, "32 bits", "uname -m");
    pointerBits = 64;
    arch = "riscv64";
    assertFinds("system", Finding.Level.PROBLEM, "riscv64", "uname -m");
  }

  @Test
  void findsARuntimeThatDoesNotLoad() {
    runtimeFailure = Optional.of("libonnxruntime.so: GLIBC_2.28 not found");
    assertFinds("onnx runtime", Finding.Level.PROBLEM, "GLIBC_2.28", "ldd --version");
  }

  @Test
  void findsABoardThatIsVerySlow() {
    flops = 1e8;
    assertFinds("onnx runtime", Finding.Level.WARNING, "0.1 GFLOP/s", "coterie deploy --deadline");
  }

  @Test
  void findsAFolderThatCannotBeWrittenAndAFullDisk() {
    cacheFailure = Optional.of("AccessDeniedException /cache");
    assertFinds("cache", Finding.Level.PROBLEM, "/cache cannot be written", "sudo chown -R");
    cacheFailure = Optional.empty();
    freeBytes = 10 << 20;
    assertFinds("disk", Finding.Level.PROBLEM, "10 MB free", "sudo apt clean");
  }

  @Test
  void findsAClockThatWasNeverSet() {
    nowMs = 60_000;
    assertFinds("clock", Finding.Level.PROBLEM, "1970-01-01", "timedatectl set-ntp true");
  }

  @Test
  void findsWeakPowerAndHeat() {
    throttled = OptionalLong.of(0x50005);
    assertFinds("power", Finding.Level.PROBLEM, "too low now", "vcgencmd get_throttled");
    throttled = OptionalLong.of(0x4);
    assertFinds("power", Finding.Level.WARNING, "slowed down now", "vcgencmd measure_temp");
    throttled = OptionalLong.of(0x50000);
    assertFinds("power", Finding.Level.WARNING, "since the board started", "power supply");
  }

  @Test
  void readsTheFirmwaresBits(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("get_throttled");
    assertEquals(OptionalLong.empty(), MachineProbe.throttled(file));
    Files.writeString(file, "50005\n");
    assertEquals(OptionalLong.of(0x50005), MachineProbe.throttled(file));
    Files.writeString(file, "0x0\n");
    assertEquals(OptionalLong.of(0), MachineProbe.throttled(file));
    Files.writeString(file, "no\n");
    assertEquals(OptionalLong.empty(), MachineProbe.throttled(file));
  }
}
