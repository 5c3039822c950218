package io.coterie.models.torch;

import java.nio.file.Path;

/** Where tests unpack libtorch, once for all of them. */
public final class NativeCache {
  public static final Path FOLDER =
      Path.of(System.getProperty("user.home"), ".cache", "coterie", "libtorch");

  private NativeCache() {}
}
