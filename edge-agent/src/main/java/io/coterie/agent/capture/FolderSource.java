package io.coterie.agent.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Takes the newest picture of a folder into which something else puts them, each once. What was
 * there at the first look is old, and of several new ones the newest counts. A file that is not
 * whole is looked at again; where it has not grown by then, it is none.
 */
final class FolderSource implements PictureSource {
  private final Path folder;
  private Optional<Entry> last = Optional.empty();
  private Optional<Entry> unfinished = Optional.empty();
  private boolean looked;

  FolderSource(Path folder) {
    this.folder = folder;
  }

  /** A file as it was at one look. */
  private record Entry(FileTime time, Path path, long sizeBytes) {
    private static final Comparator<Entry> BY_AGE =
        Comparator.comparing(Entry::time).thenComparing(Entry::path);

    boolean isAfter(Entry other) {
      return BY_AGE.compare(this, other) > 0;
    }
  }

  @Override
  public Optional<byte[]> take() throws CaptureException {
    try {
      Optional<Entry> newest = newest();
      if (!looked) {
        looked = true;
        last = newest;
      }
      boolean isNew = newest.isPresent() && last.map(newest.get()::isAfter).orElse(true);
      return isNew ? read(newest.get()) : Optional.empty();
    } catch (IOException | DirectoryIteratorException e) {
      throw new CaptureException(
          "the camera's folder cannot be read: " + e.getMessage() + " (is it there?)");
    }
  }

  private Optional<byte[]> read(Entry entry) throws CaptureException, IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(entry.path())) {
      bytes = in.readNBytes(Picture.MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      return Optional.empty(); // Taken away since it was seen.
    }
    if (bytes.length > Picture.MAX_BYTES) {
      last = Optional.of(entry);
      throw new CaptureException(
          entry.path() + " has more than " + Picture.MAX_BYTES + " bytes: make smaller pictures");
    }
    Optional<String> objection = Picture.objection(bytes);
    if (objection.isEmpty()) {
      last = Optional.of(entry);
      return Optional.of(bytes);
    }
    if (unfinished.equals(Optional.of(entry))) {
      last = unfinished;
      throw new CaptureException(entry.path() + " holds " + objection.get());
    }
    unfinished = Optional.of(entry);
    return Optional.empty();
  }

  private Optional<Entry> newest() throws IOException {
    Optional<Entry> newest = Optional.empty();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, FolderSource::isPicture)) {
      for (Path path : files) {
        Optional<Entry> entry = entry(path);
        boolean newer = entry.isPresent() && newest.map(entry.get()::isAfter).orElse(true);
        newest = newer ? entry : newest;
      }
    }
    return newest;
  }

  private static Optional<Entry> entry(Path path) throws IOException {
    try {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      return file.isRegularFile()
          ? Optional.of(new Entry(file.lastModifiedTime(), path, file.size()))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // Taken away since it was listed.
    }
  }

  private static boolean isPicture(Path path) {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && name.matches(".*\\.(jpg|jpeg|png)");
  }
}
