package io.coterie.protocol.runtime;

import java.io.IOException;
import java.util.Optional;

/**
 * What a process keeps over its restarts: content by its digest, and small files by their names. A
 * power cut leaves a file as it was or as it was to be, never a part of it.
 *
 * <p>Thread-safe. Methods may wait for the disk.
 */
public interface Store {
  /** The content with this digest; nothing if it is absent, unreadable or damaged. */
  Optional<byte[]> get(String digest);

  /**
   * Keeps content under its digest.
   *
   * @throws IOException if it cannot be written, as on a full disk; the store is as before
   */
  void put(byte[] content) throws IOException;

  /**
   * The file of this name; nothing if there is none.
   *
   * @throws IOException if there is one that cannot be read
   */
  Optional<byte[]> read(String name) throws IOException;

  /**
   * Writes the file of this name in place of the one before.
   *
   * @throws IOException if it cannot be written; the file is as before
   */
  void write(String name, byte[] bytes) throws IOException;

  /**
   * Gives the file of this name another one, {@code NAME.bad} or, where that is taken, {@code
   * NAME.bad-2} and so on: what cannot be used is not overwritten.
   *
   * @return the new name
   * @throws IOException if there is no such file or it cannot be renamed
   */
  String putAside(String name) throws IOException;

  /** Where the files lie, for messages to people. */
  String place();
}
