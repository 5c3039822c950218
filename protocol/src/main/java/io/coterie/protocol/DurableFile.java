package io.coterie.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two steps by which a file is, after a power cut, the old one or the new, and whole. */
public final class DurableFile {
  private static final Logger log = LoggerFactory.getLogger(DurableFile.class);

  private DurableFile() {}

  /** Writes a file that is not there yet, so that its bytes outlive a power cut. */
  public static void create(Path temporary, byte[] bytes, FileAttribute<?>... attributes)
      throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(temporary, options, attributes)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /** Gives a file its name at once, in place of the one that has it, so that it keeps the name. */
  public static void replace(Path temporary, Path file) throws IOException {
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(file.toAbsolutePath().getParent());
  }

  /**
   * Makes the names in a folder outlive a power cut: without this, the old ones may stand again.
   * Not every system can.
   */
  public static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      log.debug("not forced: folder={} reason={}", folder, e.getMessage());
    }
  }
}
