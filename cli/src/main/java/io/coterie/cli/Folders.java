package io.coterie.cli;

import io.coterie.protocol.runtime.FolderStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where files go when the user does not say. */
public final class Folders {
  private Folders() {}

  /** As {@link FolderStore#usualFolder()} has it. */
  public static Path cache() {
    return FolderStore.usualFolder();
  }

  /** Deletes a folder with all that is in it. */
  public static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The project's root, where the launcher runs from. */
  public static Path root() {
    return Path.of(System.getProperty("coterie.root", "."));
  }
}
