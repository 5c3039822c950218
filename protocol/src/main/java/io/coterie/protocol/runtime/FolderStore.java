package io.coterie.protocol.runtime;

import io.coterie.protocol.DurableFile;
import io.coterie.protocol.bundle.ContentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A store in a folder: small files lie in it, content in its folder {@code models}.
 *
 * <p>Thread-safe, also between processes.
 */
public final class FolderStore implements Store {
  private final Path folder;
  private final ContentStore content;

  /**
   * Opens the store.
   *
   * @throws IOException if the folder cannot be made
   */
  public FolderStore(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    content = new ContentStore(folder.resolve("models"));
  }

  /**
   * The folder of whoever names none: {@code $COTERIE_HOME}, else {@code $XDG_CACHE_HOME/coterie},
   * else {@code ~/.cache/coterie}.
   */
  public static Path usualFolder() {
    String own = System.getenv("COTERIE_HOME");
    if (own != null && !own.isBlank()) {
      return Path.of(own);
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    return xdg != null && !xdg.isBlank()
        ? Path.of(xdg, "coterie")
        : Path.of(System.getProperty("user.home"), ".cache", "coterie");
  }

  @Override
  public Optional<byte[]> get(String digest) {
    return content.get(digest);
  }

  @Override
  public void put(byte[] bytes) throws IOException {
    content.put(bytes);
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(folder.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public void write(String name, byte[] bytes) throws IOException {
    ContentStore.writeAtomically(folder.resolve(name), bytes);
  }

  @Override
  public String putAside(String name) throws IOException {
    String aside = name + ".bad";
    for (int i = 2; Files.exists(folder.resolve(aside)); i++) {
      aside = name + ".bad-" + i;
    }
    DurableFile.replace(folder.resolve(name), folder.resolve(aside));
    return aside;
  }

  @Override
  public String place() {
    return folder.toString();
  }
}
