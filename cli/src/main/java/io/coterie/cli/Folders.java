package io.coterie.cli;

import io.coterie.protocol.runtime.FolderStore;
import java.nio.file.Path;

/** Where files go when the user does not say. */
public final class Folders {
  private Folders() {}

  /** As {@link FolderStore#usualFolder()} has it. */
  public static Path cache() {
    return FolderStore.usualFolder();
  }

  /** The project's root, where the launcher runs from. */
  public static Path root() {
    return Path.of(System.getProperty("coterie.root", "."));
  }
}
