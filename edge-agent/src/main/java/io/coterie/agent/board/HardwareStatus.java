package io.coterie.agent.board;

import io.coterie.protocol.message.Report;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a board's hardware tells of itself, out of the kernel's files: temperature, and on Raspberry
 * Pi why the firmware slows the board down. Files that are not there tell nothing.
 *
 * <p>Thread-safe.
 */
public final class HardwareStatus {
  private static final String TEMPERATURE = "sys/class/thermal/thermal_zone0/temp";
  private static final String PLATFORM = "sys/devices/platform";

  /** Of the firmware's flags, the lowest bits; 16 above them the same since it was switched on. */
  private static final List<String> FLAGS = List.of("under-voltage", "capped", "throttled", "hot");

  private static final int SINCE_START = 16;

  /** What no thermometer of a board that runs can mean. */
  private static final double MOST_CELSIUS = 200;

  private final Path temperature;
  private final Optional<Path> throttled;

  /** Reads below this folder, {@code /} but in tests. */
  public HardwareStatus(Path root) {
    temperature = root.resolve(TEMPERATURE);
    throttled = firmware(root.resolve(PLATFORM)).map(path -> path.resolve("get_throttled"));
  }

  /** {@code soc/soc:firmware}; with the bus's address in both names on Raspberry Pi 5. */
  private static Optional<Path> firmware(Path platform) {
    return child(platform, "soc*").flatMap(soc -> child(soc, "soc*:firmware"));
  }

  private static Optional<Path> child(Path folder, String glob) {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder, glob)) {
      for (Path child : children) {
        return Optional.of(child);
      }
      return Optional.empty();
    } catch (IOException | DirectoryIteratorException e) {
      return Optional.empty();
    }
  }

  /** What it tells now; empty where it tells nothing. */
  public Optional<Report.Board> read() {
    Optional<Double> celsius = celsius();
    Optional<Integer> flags = throttled.flatMap(HardwareStatus::flags);
    if (celsius.isEmpty() && flags.isEmpty()) {
      return Optional.empty();
    }
    int bits = flags.orElse(0);
    return Optional.of(
        new Report.Board(celsius.orElse(null), words(bits), words(bits >>> SINCE_START)));
  }

  private Optional<Double> celsius() {
    return text(temperature)
        .filter(text -> text.matches("-?[0-9]{1,7}"))
        .map(text -> Integer.parseInt(text) / 1000.0)
        .filter(celsius -> Math.abs(celsius) < MOST_CELSIUS);
  }

  private static Optional<Integer> flags(Path file) {
    return text(file)
        .map(text -> text.replaceFirst("^(throttled=)?(0x)?", ""))
        .filter(text -> text.matches("[0-9a-fA-F]{1,7}"))
        .map(text -> Integer.parseInt(text, 16));
  }

  private static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<String> words(int bits) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < FLAGS.size(); i++) {
      if ((bits >>> i & 1) == 1) {
        words.add(FLAGS.get(i));
      }
    }
    return words;
  }
}
