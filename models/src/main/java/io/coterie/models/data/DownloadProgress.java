package io.coterie.models.data;

/** Hears how far a download is; must return quickly. */
@FunctionalInterface
public interface DownloadProgress {
  /**
   * Called after every piece.
   *
   * @param total -1 where the server does not say
   */
  void bytes(long done, long total);
}
