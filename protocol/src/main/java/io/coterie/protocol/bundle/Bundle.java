package io.coterie.protocol.bundle;

import io.coterie.protocol.json.JsonException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A manifest and its files, all in memory and all verified.
 *
 * @param digest of the manifest's bytes; the bundle's name on the wire
 * @param content bytes by digest, the manifest's included
 */
public record Bundle(Manifest manifest, String digest, Map<String, byte[]> content) {
  /** Larger files than this are refused. */
  private static final long MAX_FILE_BYTES = 256L << 20;

  public Bundle {
    content = Map.copyOf(content);
  }

  /**
   * Reads a bundle from a folder or a {@code .zip} file and verifies every digest.
   *
   * @throws BundleException if there is none, or anything about it is wrong
   */
  public static Bundle open(Path path) throws BundleException {
    if (Files.isDirectory(path)) {
      return read(path, path);
    }
    if (!Files.isRegularFile(path)) {
      throw new BundleException("no bundle at " + path + ": give a folder or a .zip file");
    }
    try (FileSystem zip = FileSystems.newFileSystem(path)) {
      return read(zip.getPath("/"), path);
    } catch (IOException | RuntimeException e) {
      throw new BundleException(path + " is no zip file: " + e.getMessage());
    }
  }

  private static Bundle read(Path root, Path shown) throws BundleException {
    byte[] json = readFile(root, Manifest.FILE_NAME, shown);
    Manifest manifest;
    try {
      manifest = Manifest.parse(json);
    } catch (JsonException e) {
      throw new BundleException(shown + "/" + Manifest.FILE_NAME + ": " + e.getMessage());
    }
    Map<String, byte[]> content = new LinkedHashMap<>();
    String digest = Digest.of(json);
    content.put(digest, json);
    for (ModelFile file : manifest.files()) {
      byte[] bytes = readFile(root, file.path(), shown);
      if (!Digest.of(bytes).equals(file.sha256())) {
        throw new BundleException(
            shown
                + "/"
                + file.path()
                + " is damaged or was changed: its digest is not the manifest's. Get the bundle"
                + " again");
      }
      content.put(file.sha256(), bytes);
    }
    return new Bundle(manifest, digest, content);
  }

  private static byte[] readFile(Path root, String name, Path shown) throws BundleException {
    try {
      Path file = root.resolve(name);
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new BundleException(shown + "/" + name + " is larger than " + MAX_FILE_BYTES);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new BundleException(shown + " lacks " + name + ": is it a Coterie bundle?");
    } catch (InvalidPathException e) {
      throw new BundleException(
          shown
              + " names a file that cannot be one here: "
              + e.getMessage()
              + ". Name it otherwise in "
              + Manifest.FILE_NAME
              + ", or set LC_ALL=C.UTF-8");
    } catch (IOException e) {
      throw new BundleException("cannot read " + shown + "/" + name + ": " + e.getMessage());
    }
  }

  /** The bytes of one of the manifest's files. */
  public byte[] bytes(ModelFile file) {
    return content.get(file.sha256());
  }
}
