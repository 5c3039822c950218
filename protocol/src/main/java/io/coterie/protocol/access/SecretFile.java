package io.coterie.protocol.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.UUID;

/** Files that only their owner can read. */
public final class SecretFile {
  private SecretFile() {}

  /**
   * Writes a file with mode 0600, so that a crash leaves the old content or the new. It belongs to
   * whom its folder belongs to: what root writes for a service, the service can read.
   *
   * @throws IOException if it cannot be written; the file is as before
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    Path folder = makeFolder(file.toAbsolutePath().getParent());
    Path temporary = folder.resolve(".new-" + UUID.randomUUID());
    try {
      Set<StandardOpenOption> options =
          Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try (FileChannel channel = FileChannel.open(temporary, options, mode(folder, "rw-------"))) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      UserPrincipal owner = Files.getOwner(folder);
      if (!Files.getOwner(temporary).equals(owner)) {
        Files.setOwner(temporary, owner);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
