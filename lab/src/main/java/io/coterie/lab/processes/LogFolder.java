package io.coterie.lab.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The temporary folder of a run's processes, for their logs and state. */
public final class LogFolder {
  private LogFolder() {}

  /** Deletes the folder with all that is in it, or says where it is. */
  public static void finish(Path folder, boolean keep) throws IOException {
    if (keep) {
      System.err.println("logs are in " + folder);
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
