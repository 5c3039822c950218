package io.coterie.cli;

import java.nio.file.Path;

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

  /** The project's root, where the launcher runs from. */
  public static Path root() {
    return Path.of(System.getProperty("coterie.root", "."));
  }
}
