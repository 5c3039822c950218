package io.coterie.models.data;

import io.coterie.protocol.DurableFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Fetches and unpacks the official archive of CIFAR-10 in binary form. */
public final class Cifar10Fetch {
  /** The authors' archive, 170 MB. */
  public static final URI OFFICIAL =
      URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");

  /** Digest of the authors' archive, as their page states it. */
  public static final String OFFICIAL_MD5 = "c32a1d4ab5d03f1284b67883e8d87530";

  private static final long MAX_FILE_BYTES = 64L << 20;

  private Cifar10Fetch() {}

  /**
   * Puts the data set into the folder; does nothing if it is there. An interrupted download goes on
   * where it stopped.
   *
   * @return the folder, for {@link Datasets#open}
   * @throws IOException if the download fails, is not the file expected, or cannot be unpacked
   */
  public static Path fetch(Path folder, DownloadProgress progress) throws IOException {
    return fetch(OFFICIAL, OFFICIAL_MD5, folder, progress);
  }

  static Path fetch(URI source, String md5, Path folder, DownloadProgress progress)
      throws IOException {
    if (Cifar10.isAt(folder)) {
      return folder;
    }
    Path archive = folder.resolve("cifar-10-binary.tar.gz");
    new Download(source, archive, progress).run(md5);
    unpack(archive, folder);
    if (!Cifar10.isAt(folder)) {
      throw new IOException(source + " holds no CIFAR-10 in binary form");
    }
    Files.delete(archive);
    return folder;
  }

  /** Regular files only, by their last name: an archive cannot write outside the folder. */
  private static void unpack(Path archive, Path folder) throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        boolean wanted = name.endsWith(".bin") || name.equals(Cifar10.NAMES_FILE);
        if (!entry.isFile() || !wanted) {
          continue;
        }
        if (entry.getSize() > MAX_FILE_BYTES) {
          throw new IOException(archive + " holds a file too large: " + name);
        }
        Path part = folder.resolve(name + ".part");
        Files.copy(tar, part, StandardCopyOption.REPLACE_EXISTING);
        DurableFile.replace(part, folder.resolve(name));
      }
    }
  }
}
