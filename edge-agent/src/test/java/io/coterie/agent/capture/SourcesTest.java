package io.coterie.agent.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures from programs and from folders, and what becomes of those that give none. */
@Timeout(60)
final class SourcesTest {
  @TempDir Path folder;

  private static byte[] picture(String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), format, out);
    return out.toByteArray();
  }

  private static CommandSource shell(String script, long timeoutMs) {
    return new CommandSource(List.of("sh", "-c", script), timeoutMs);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void takesWhatAProgramPrints(String format) throws Exception {
    Path file = folder.resolve("a." + format);
    Files.write(file, picture(format));
    byte[] taken = shell("echo hello >&2; cat " + file, 20_000).take().orElseThrow();
    assertArrayEquals(picture(format), taken);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo '*** no cameras available ***' >&2; exit 255 | sh ended with 255: *** no cameras"
            + " available ***",
        "exit 3 | sh ended with 3",
        "exit 0 | sh printed nothing",
        "echo hello | sh printed neither JPEG nor PNG, but 68 65 6c 6c 6f 0a",
        "printf '\\211PNG and then the cable broke' | sh printed only a part of a picture",
        "head -c 9000000 /dev/zero | sh printed more than 8388608 bytes: have it take smaller"
      })
  void saysWhyAProgramGaveNoPicture(String script, String reason) {
    Exception e = assertThrows(CaptureException.class, () -> shell(script, 20_000).take());
    assertTrue(e.getMessage().startsWith(reason), e.getMessage());
  }

  @Test
  void saysThatAProgramIsNotThere() {
    CommandSource missing = new CommandSource(List.of("no-such-camera", "-n"), 1000);
    Exception e = assertThrows(CaptureException.class, missing::take);
    assertTrue(e.getMessage().contains("\"no-such-camera\""), e.getMessage());
    assertTrue(e.getMessage().contains("install it"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sleep 600", "sleep 600 & wait", "exec >&-; sleep 600", "yes >&2"})
  void killsAProgramThatTakesTooLong(String script) throws Exception {
    String marked = "echo $$ > " + folder.resolve("pid") + "; " + script;
    Exception e = assertThrows(CaptureException.class, () -> shell(marked, 300).take());
    assertEquals("sh took longer than 300 ms and was killed: raise timeoutMs?", e.getMessage());
    long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());
    assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
  }

  private Path put(String name, byte[] bytes, long second) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(second)));
    return file;
  }

  @Test
  void takesNewFilesOfAFolderOnceAndTheNewestFirst() throws Exception {
    put("old.png", picture("png"), 1000);
    FolderSource source = new FolderSource(folder);
    assertEquals(Optional.empty(), source.take());
    byte[] jpeg = picture("jpg");
    put("a.png", picture("png"), 1001);
    put("b.JPG", jpeg, 1002);
    put(".hidden.png", picture("png"), 1003);
    put("notes.txt", picture("png"), 1003);
    Files.createDirectory(folder.resolve("folder.png"));
    assertArrayEquals(jpeg, source.take().orElseThrow());
    assertEquals(Optional.empty(), source.take());
    put("b.JPG", jpeg, 1004);
    assertArrayEquals(jpeg, source.take().orElseThrow());
  }

  @Test
  void waitsForAFileThatIsBeingWritten() throws Exception {
    FolderSource source = new FolderSource(folder);
    assertEquals(Optional.empty(), source.take());
    byte[] png = picture("png");
    put("a.png", Arrays.copyOf(png, png.length / 2), 1000);
    assertEquals(Optional.empty(), source.take());
    put("a.png", png, 1000);
    assertArrayEquals(png, source.take().orElseThrow());
  }

  @Test
  void saysOnceThatAFileIsNone() throws Exception {
    FolderSource source = new FolderSource(folder);
    assertEquals(Optional.empty(), source.take());
    put("a.png", new byte[] {1, 2, 3}, 1000);
    assertEquals(Optional.empty(), source.take());
    Exception e = assertThrows(CaptureException.class, source::take);
    assertTrue(e.getMessage().endsWith("a.png holds neither JPEG nor PNG, but 01 02 03"));
    assertEquals(Optional.empty(), source.take());
    put("big.png", new byte[Picture.MAX_BYTES + 1], 1001);
    Exception big = assertThrows(CaptureException.class, source::take);
    assertTrue(big.getMessage().contains("make smaller pictures"), big.getMessage());
    assertEquals(Optional.empty(), source.take());
  }

  @Test
  void saysThatAFolderIsNotThere() {
    FolderSource source = new FolderSource(folder.resolve("missing"));
    Exception e = assertThrows(CaptureException.class, source::take);
    assertTrue(e.getMessage().contains("folder cannot be read"), e.getMessage());
  }
}
