package io.coterie.agent.doctor;

import io.coterie.client.doctor.Finding;
import io.coterie.protocol.WallClock;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What is wrong with this machine. */
public final class MachineChecks {
  private static final long NEEDED_DISK_BYTES = 500L << 20;

  private static final int NEEDED_JAVA = 17;
  private static final Set<String> ARCHS = Set.of("amd64", "x86_64", "aarch64", "arm64");

  /** Below this, one small student takes a tenth of a second. */
  private static final double SLOW_FLOPS_PER_SECOND = 2e8;

  private static final int UNDER_VOLTAGE_NOW = 1;
  private static final int SLOWED_NOW = 1 << 1 | 1 << 2 | 1 << 3;
  private static final int UNDER_VOLTAGE_BEFORE = 1 << 16;

  private MachineChecks() {}

  /** What is to be made of what the machine says. */
  public static List<Finding> of(MachineFacts facts) {
    return Stream.of(
            java(facts),
            system(facts),
            runtime(facts),
            cache(facts),
            disk(facts),
            clock(facts),
            power(facts))
        .toList();
  }

  private static Finding java(MachineFacts facts) {
    String found = "version " + facts.javaVersion() + " at " + facts.javaHome();
    return facts.javaVersion() >= NEEDED_JAVA
        ? Finding.ok("java", found)
        : Finding.problem(
            "java", found, "install a JDK 17 or newer: sudo apt install openjdk-17-jdk-headless");
  }

  private static Finding system(MachineFacts facts) {
    String found = facts.arch() + ", " + facts.pointerBits() + " bits";
    return facts.pointerBits() == 64 && ARCHS.contains(facts.arch())
        ? Finding.ok("system", found)
        : Finding.problem(
            "system",
            found + ": there is no ONNX Runtime for that",
            "flash a 64-bit operating system, such as Raspberry Pi OS (64-bit); 'uname -m' then"
                + " says aarch64 or x86_64");
  }

  private static Finding runtime(MachineFacts facts) {
    if (facts.runtimeFailure().isPresent()) {
      return Finding.problem(
          "onnx runtime",
          facts.runtimeFailure().get(),
          "use a 64-bit operating system with glibc 2.28 or newer (see 'ldd --version') and a cache"
              + " folder from which libraries may be loaded (COTERIE_HOME names another)");
    }
    String found =
        String.format(Locale.ROOT, "%.1f GFLOP/s on one thread", facts.flopsPerSecond() / 1e9);
    return facts.flopsPerSecond() >= SLOW_FLOPS_PER_SECOND
        ? Finding.ok("onnx runtime", found)
        : Finding.warning(
            "onnx runtime",
            found + ": very slow",
            "end what else keeps the processor busy ('top' shows it), or give deployments more"
                + " time with 'coterie deploy --deadline'");
  }

  private static Finding cache(MachineFacts facts) {
    return facts
        .cacheFailure()
        .map(
            reason ->
                Finding.problem(
                    "cache",
                    facts.cache() + " cannot be written: " + reason,
                    "make it this user's: sudo chown -R $USER "
                        + facts.cache()
                        + ", or set COTERIE_HOME to another folder"))
        .orElseGet(() -> Finding.ok("cache", facts.cache() + " can be written"));
  }

  private static Finding disk(MachineFacts facts) {
    String found = (facts.freeBytes() >> 20) + " MB free for " + facts.cache();
    return facts.freeBytes() >= NEEDED_DISK_BYTES
        ? Finding.ok("disk", found)
        : Finding.problem(
            "disk",
            found,
            "free at least "
                + (NEEDED_DISK_BYTES >> 20)
                + " MB there ('sudo apt clean' is a start), or set COTERIE_HOME to a folder on"
                + " another disk");
  }

  private static Finding clock(MachineFacts facts) {
    String now = WallClock.text(facts.nowMs());
    return facts.nowMs() > WallClock.EARLIEST_MS
        ? Finding.ok("clock", "it is " + now)
        : Finding.problem(
            "clock",
            "it is " + now + " here: certificates are not valid yet then",
            "set the clock, or let it be set: sudo timedatectl set-ntp true");
  }

  private static Finding power(MachineFacts facts) {
    long bits = facts.throttled().orElse(0);
    if ((bits & UNDER_VOLTAGE_NOW) != 0) {
      return Finding.problem(
          "power",
          "the voltage is too low now",
          "use the power supply and the cable made for this board; 'vcgencmd get_throttled' then"
              + " says 0x0");
    }
    if ((bits & SLOWED_NOW) != 0) {
      return Finding.warning(
          "power",
          "the processor is slowed down now, by heat or its power supply",
          "cool the board ('vcgencmd measure_temp' should stay below 80)");
    }
    if ((bits & UNDER_VOLTAGE_BEFORE) != 0) {
      return Finding.warning(
          "power",
          "the voltage was too low since the board started",
          "use the power supply and the cable made for this board, and see 'vcgencmd"
              + " get_throttled' again after a restart");
    }
    return Finding.ok(
        "power", facts.throttled().isPresent() ? "enough, and not too hot" : "not known here");
  }
}
