package io.coterie.hub;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Closes what was opened, the last first, all of it whatever fails.
 *
 * <p>Not thread-safe.
 */
final class Closer implements AutoCloseable {
  /** A part that closes without a checked exception. */
  interface Part extends AutoCloseable {
    @Override
    void close();
  }

  private final Deque<Part> parts = new ArrayDeque<>();

  /** Remembers to close the part. */
  void add(Part part) {
    parts.push(part);
  }

  /** Idempotent. Throws the first exception of a part, after all parts were closed. */
  @Override
  public void close() {
    RuntimeException first = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
