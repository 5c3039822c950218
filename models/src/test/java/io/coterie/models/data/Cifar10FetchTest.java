package io.coterie.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10FetchTest {
  @TempDir Path temp;

  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private byte[] archive;
  private Path folder;

  /** Bytes after which the server drops the connection; -1 once it no longer does. */
  private volatile int cutAfter = -1;

  @BeforeEach
  void start() throws IOException {
    Path source = temp.resolve("source");
    TinyCifar.write(source, 20, 5);
    archive = tarGz(source);
    folder = temp.resolve("data");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/archive", this::serve);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(range == null ? "all" : range);
    int from = 0;
    if (range != null) {
      from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, archive.length - from);
    int to = cutAfter < 0 ? archive.length : Math.min(archive.length, from + cutAfter);
    cutAfter = -1;
    exchange.getResponseBody().write(archive, from, to - from);
    exchange.getResponseBody().flush();
    // Closing before the announced length drops the connection.
    exchange.close();
  }

  private static byte[] tarGz(Path source) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes));
        var files = Files.newDirectoryStream(source)) {
      for (Path file : files) {
        String name = "cifar-10-batches-bin/" + file.getFileName();
        tar.putArchiveEntry(new TarArchiveEntry(file.toFile(), name));
        Files.copy(file, tar);
        tar.closeArchiveEntry();
      }
      TarArchiveEntry outside = new TarArchiveEntry("../../outside.bin");
      outside.setSize(3);
      tar.putArchiveEntry(outside);
      tar.write(new byte[3]);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private Path fetch(String md5) throws IOException {
    return Cifar10Fetch.fetch(uri("/archive"), md5, folder, (done, total) -> {});
  }

  @Test
  void fetchesChecksAndUnpacks() throws IOException {
    Dataset data = Datasets.open(fetch(md5(archive)).toString(), 1, Cifar10.SHAPE);
    assertEquals(36, data.train().size());
    assertEquals(List.of("all"), ranges);
    assertFalse(Files.exists(folder.resolve("cifar-10-binary.tar.gz")));
  }

  @Test
  void goesOnWhereAnInterruptedDownloadStopped() throws IOException {
    cutAfter = 1000;
    Datasets.open(fetch(md5(archive)).toString(), 1, Cifar10.SHAPE);
    assertEquals(2, ranges.size());
    assertEquals("all", ranges.get(0));
    assertTrue(ranges.get(1).matches("bytes=\\d+-"), ranges.get(1));
  }

  @Test
  void goesOnWithWhatAnEarlierRunLeft() throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("cifar-10-binary.tar.gz.part"), Arrays.copyOf(archive, 700));
    fetch(md5(archive));
    assertEquals(List.of("bytes=700-"), ranges);
  }

  @Test
  void fetchesNothingThatIsThere() throws IOException {
    fetch(md5(archive));
    fetch(md5(archive));
    assertEquals(1, ranges.size());
  }

  @Test
  void refusesAndDeletesAnotherFile() {
    var e = assertThrows(IOException.class, () -> fetch("0".repeat(32)));
    assertTrue(e.getMessage().contains(md5(archive)), e.getMessage());
    assertFalse(Files.exists(folder.resolve("cifar-10-binary.tar.gz")));
    assertFalse(Files.exists(folder.resolve("cifar-10-binary.tar.gz.part")));
  }

  @Test
  void recoversFromADamagedPart() throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("cifar-10-binary.tar.gz.part"), new byte[300]);
    assertThrows(IOException.class, () -> fetch(md5(archive)));
    fetch(md5(archive));
    assertArrayEquals(
        Files.readAllBytes(temp.resolve("source/test_batch.bin")),
        Files.readAllBytes(folder.resolve("test_batch.bin")));
  }

  @Test
  void saysWhatTheServerAnswers() {
    var e =
        assertThrows(
            IOException.class,
            () -> Cifar10Fetch.fetch(uri("/none"), "0".repeat(32), folder, (done, total) -> {}));
    assertTrue(e.getMessage().contains("404"), e.getMessage());
  }

  @Test
  void writesNothingOutsideTheFolder() throws IOException {
    fetch(md5(archive));
    assertFalse(Files.exists(temp.resolve("outside.bin")));
    assertFalse(Files.exists(temp.getParent().resolve("outside.bin")));
  }

  @Test
  void tellsHowFarItIs() throws IOException {
    List<Long> seen = new CopyOnWriteArrayList<>();
    Cifar10Fetch.fetch(
        uri("/archive"),
        md5(archive),
        folder,
        (done, total) -> {
          assertEquals(archive.length, total);
          seen.add(done);
        });
    assertEquals((long) archive.length, seen.get(seen.size() - 1));
  }
}
