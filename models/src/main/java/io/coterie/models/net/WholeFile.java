package io.coterie.models.net;

import io.coterie.protocol.bundle.ContentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that are either complete or not there, also after a power cut. */
public final class WholeFile {
  private WholeFile() {}

  /** Writes the file, and its folder if need be. */
  public static void write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    ContentStore.writeAtomically(file, bytes);
  }
}
