package io.coterie.models.training;

import io.coterie.models.net.WholeFile;
import io.coterie.protocol.DurableFile;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** Folders that bundles are written to. */
public final class BundleFolder {
  private BundleFolder() {}

  /**
   * Refuses to replace anything but a bundle.
   *
   * @throws IOException if the folder holds something else
   */
  public static void check(Path bundle) throws IOException {
    if (!Files.exists(bundle) || Files.exists(bundle.resolve(Manifest.FILE_NAME))) {
      return;
    }
    try (Stream<Path> content = Files.list(bundle)) {
      if (content.findAny().isPresent()) {
        throw new IOException(
            bundle + " holds something that is no bundle: name another folder for the bundle");
      }
    }
  }

  /**
   * Writes the bundle beside its place and then moves it there, so that no half bundle is seen.
   *
   * @param files content by path
   * @throws IOException if that fails, or the folder holds something that is no bundle
   */
  public static void write(Path bundle, Manifest manifest, Map<String, byte[]> files)
      throws IOException {
    Path target = bundle.toAbsolutePath();
    check(target);
    Path fresh = target.resolveSibling(target.getFileName() + ".new");
    clear(fresh);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      WholeFile.write(fresh.resolve(file.getKey()), file.getValue());
    }
    byte[] json = Json.pretty(manifest).getBytes(StandardCharsets.UTF_8);
    WholeFile.write(fresh.resolve(Manifest.FILE_NAME), json);
    clear(target);
    DurableFile.replace(fresh, target);
  }

  private static void clear(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> content = Files.walk(folder)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
