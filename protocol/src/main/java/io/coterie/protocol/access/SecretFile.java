package io.coterie.protocol.access;

import io.coterie.protocol.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.UUID;

/** Files that only their owner can read. */
public final class SecretFile {
  private SecretFile() {}

  /**
   * Writes a file with mode 0600, so that a crash or a power cut leaves the old content or the new.
   * It belongs to whom its folder belongs to: what root writes for a service, the service can read.
   *
   * @throws IOException if it cannot be written; the file is as before
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    Path folder = makeFolder(file.toAbsolutePath().getParent());
    Path temporary = folder.resolve(".new-" + UUID.randomUUID());
    try {
      DurableFile.create(temporary, bytes, mode(folder, "rw-------"));
      UserPrincipal owner = Files.getOwner(folder);
      if (!Files.getOwner(temporary).equals(owner)) {
        Files.setOwner(temporary, owner);
      }
      DurableFile.replace(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Makes a folder that only its owner can enter, unless it is there. */
  private static Path makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Path above = folder.getParent();
    Files.createDirectories(above);
    Files.createDirectory(folder, mode(above, "rwx------"));
    UserPrincipal owner = Files.getOwner(above);
    if (!Files.getOwner(folder).equals(owner)) {
      Files.setOwner(folder, owner);
    }
    DurableFile.force(above);
    return folder;
  }

  private static FileAttribute<?>[] mode(Path near, String permissions) {
    boolean posix = Files.getFileAttributeView(near, PosixFileAttributeView.class) != null;
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
