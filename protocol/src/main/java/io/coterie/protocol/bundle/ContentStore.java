package io.coterie.protocol.bundle;

import io.coterie.protocol.DurableFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files by their digest, in one folder. What is read has the digest that was asked for: a damaged
 * file is deleted and counts as absent. A power cut leaves either the whole file or none.
 *
 * <p>Thread-safe, also between processes.
 */
public final class ContentStore {
  private static final Logger log = LoggerFactory.getLogger(ContentStore.class);
  private static final String UNFINISHED = ".new-";
  private static final long LEFT_BEHIND_MS = TimeUnit.HOURS.toMillis(1);

  private final Path folder;

  /**
   * Opens the store; removes what a power cut left unfinished in its folder.
   *
   * @throws IOException if the folder cannot be made
   */
  public ContentStore(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    sweep();
  }

  /** Others may be writing: only what is older than any writing takes. */
  private void sweep() throws IOException {
    try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(folder, UNFINISHED + "*")) {
      for (Path file : unfinished) {
        long ageMs = System.currentTimeMillis() - Files.getLastModifiedTime(file).toMillis();
        if (ageMs > LEFT_BEHIND_MS) {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException | DirectoryIteratorException e) {
      log.debug("not swept: folder={} reason={}", folder, e.getMessage());
    }
  }

  /** The folder that holds the files. */
  public Path folder() {
    return folder;
  }

  /** The bytes with this digest; nothing if they are absent, unreadable or damaged. */
  public Optional<byte[]> get(String digest) {
    Path file = folder.resolve(Digest.check(digest, "digest"));
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (Digest.of(bytes).equals(digest)) {
        return Optional.of(bytes);
      }
      Files.deleteIfExists(file);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Keeps the bytes and returns their digest.
   *
   * @throws IOException if they cannot be written, as on a full disk; the store is as before
   */
  public String put(byte[] bytes) throws IOException {
    String digest = Digest.of(bytes);
    writeAtomically(folder.resolve(digest), bytes);
    return digest;
  }

  /**
   * Writes a file so that a crash leaves the old content or the new, never a part.
   *
   * @throws IOException if it cannot be written; the file is as before
   */
  public static void writeAtomically(Path file, byte[] bytes) throws IOException {
    // Not createTempFile, whose files only their owner can read.
    Path temporary = file.toAbsolutePath().resolveSibling(UNFINISHED + UUID.randomUUID());
    try {
      DurableFile.create(temporary, bytes);
      DurableFile.replace(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
