package io.coterie.cli.doctor;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.Folders;
import io.coterie.inference.ComputeProbe;
import io.coterie.inference.ModelException;
import io.coterie.inference.NativeLibraries;
import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coterie doctor}. */
@Command(
    name = "doctor",
    description = "Checks this machine and names the cure for what it finds.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:  coterie doctor --broker mqtt://192.168.1.10:1883"})
public final class DoctorCommand implements Callable<Integer> {
  private static final long NEEDED_DISK_BYTES = 500L << 20;
  private static final int CONNECT_MS = 2_000;

  @Mixin private BrokerOption broker;

  @Option(names = "--json", description = "print the findings as JSON")
  private boolean json;

  /**
   * One thing that was looked at.
   *
   * @param cure what to do about it; empty where it is well
   */
  private record Finding(String check, boolean well, String found, String cure) {}

  @Override
  public Integer call() {
    List<Finding> findings =
        Stream.concat(
                Stream.of(java(), cache(), disk(), runtime(), clock()),
                broker.brokers().stream().map(DoctorCommand::reachable))
            .toList();
    if (json) {
      System.out.println(Json.write(findings));
    } else {
      findings.forEach(DoctorCommand::print);
    }
    return findings.stream().allMatch(Finding::well) ? 0 : 1;
  }

  private static void print(Finding finding) {
    System.out.printf(
        "%-5s %-13s %s%n", finding.well() ? "ok" : "FAIL", finding.check(), finding.found());
    if (!finding.well()) {
      System.out.println("      cure: " + finding.cure());
    }
  }

  private static Finding java() {
    int version = Runtime.version().feature();
    return new Finding(
        "java",
        version >= 17,
        "version " + version + " at " + System.getProperty("java.home"),
        "install a JDK 17 or newer: sudo apt install openjdk-17-jdk-headless");
  }

  private static Finding cache() {
    Path folder = Folders.cache();
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "doctor", ""));
      return new Finding("cache", true, folder + " can be written", "");
    } catch (IOException e) {
      return new Finding(
          "cache",
          false,
          folder + " cannot be written: " + e.getMessage(),
          "make it writable, or set COTERIE_HOME to another folder");
    }
  }

  private static Finding disk() {
    Path folder = Folders.cache();
    try {
      long free = Files.getFileStore(Files.exists(folder) ? folder : Path.of("/")).getUsableSpace();
      return new Finding(
          "disk",
          free >= NEEDED_DISK_BYTES,
          (free >> 20) + " MB free for " + folder,
          "free at least " + (NEEDED_DISK_BYTES >> 20) + " MB there");
    } catch (IOException e) {
      return new Finding("disk", false, e.getMessage(), "check the file system of " + folder);
    }
  }

  private static Finding runtime() {
    try {
      NativeLibraries.unpackTo(Folders.cache());
      double flops = ComputeProbe.flopsPerSecond();
      return new Finding(
          "onnx runtime",
          true,
          String.format(Locale.ROOT, "%.1f GFLOP/s on one thread", flops / 1e9),
          "");
    } catch (IOException | ModelException | LinkageError e) {
      return new Finding(
          "onnx runtime",
          false,
          String.valueOf(e.getMessage()),
          "use a 64-bit operating system with glibc 2.28 or newer (this is "
              + System.getProperty("os.arch")
              + ")");
    }
  }

  private static Finding clock() {
    int year = Year.now(ZoneOffset.UTC).getValue();
    return new Finding(
        "clock",
        year >= 2026,
        "the year is " + year,
        "set the clock, or let it be set: sudo timedatectl set-ntp true");
  }

  private static Finding reachable(URI address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MS);
      return new Finding("broker", true, address + " answers", "");
    } catch (IOException e) {
      return new Finding(
          "broker",
          false,
          address + " does not answer: " + e.getMessage(),
          "start the hub with 'coterie up', check address and port, and let the port through the"
              + " firewall; a hub for other machines needs 'coterie up --bind 0.0.0.0'");
    }
  }
}
