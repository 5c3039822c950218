package io.coterie.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where files go when the user does not say. */
public final class Folders {
  private Folders() {}

  /** {@code $COTERIE_HOME}, else {@code $XDG_CACHE_HOME/coterie}, else {@code ~/.cache/coterie}. */
  public static Path cache() {
    String own = System.getenv("COTERIE_HOME");
    if (own != null && !own.isBlank()) {
      return Path.of(own);
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    return xdg != null && !xdg.isBlank()
        ? Path.of(xdg, "coterie")
        : Path.of(System.getProperty("user.home"), ".cache", "coterie");
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
