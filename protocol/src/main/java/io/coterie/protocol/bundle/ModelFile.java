package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;

/**
 * A file of a bundle.
 *
 * @param path relative to the manifest, with forward slashes, never leaving the bundle
 * @param sha256 digest of the file's bytes
 * @param sizeBytes length of the file
 */
public record ModelFile(String path, String sha256, long sizeBytes) {
  public ModelFile {
    Check.text(path, "path");
    if (path.startsWith("/") || path.contains("\\") || path.contains("..")) {
      throw new IllegalArgumentException("must stay inside the bundle: path=" + path);
    }
    if (path.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "must have no control characters: path=" + path.replaceAll("\\p{Cntrl}", "?"));
    }
    Digest.check(sha256, "sha256 of " + path);
    Check.positive(sizeBytes, "sizeBytes of " + path);
  }

  /** Describes the bytes as the file {@code path}. */
  public static ModelFile of(String path, byte[] bytes) {
    return new ModelFile(path, Digest.of(bytes), bytes.length);
  }
}
