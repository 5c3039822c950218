package io.coterie.models.data;

import io.coterie.protocol.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * Fetches one file over HTTP. What an interrupted transfer left stays in {@code NAME.part} and is
 * completed by the next, in this call or a later one; the file gets its name only when its digest
 * is right.
 */
final class Download {
  private static final int FRUITLESS_TRIES = 3;
  private static final int BUFFER_BYTES = 1 << 16;

  private final URI source;
  private final Path file;
  private final Path part;
  private final DownloadProgress progress;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(20))
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  Download(URI source, Path file, DownloadProgress progress) {
    this.source = source;
    this.file = file;
    this.part = file.resolveSibling(file.getFileName() + ".part");
    this.progress = progress;
  }

  /**
   * Fetches the file unless it is there already.
   *
   * @param md5 what the file's digest must be, 32 lower-case hex digits
   * @throws IOException if the server cannot be reached or sends something else
   */
  void run(String md5) throws IOException {
    if (Files.exists(file) && md5(file).equals(md5)) {
      return;
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    int fruitless = 0;
    while (true) {
      long before = partSize();
      try {
        transfer();
        break;
      } catch (IOException e) {
        fruitless = partSize() > before ? 0 : fruitless + 1;
        if (fruitless >= FRUITLESS_TRIES || e instanceof RefusedException) {
          throw new IOException("cannot fetch " + source + ": " + e.getMessage(), e);
        }
      }
    }
    String found = md5(part);
    if (!found.equals(md5)) {
      Files.delete(part);
      throw new IOException(
          source
              + " sent a file with md5 "
              + found
              + " instead of "
              + md5
              + ": deleted; try again");
    }
    DurableFile.replace(part, file);
  }

  /** The server answered, and trying again would bring the same answer. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  private long partSize() throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  private void transfer() throws IOException {
    long have = partSize();
    HttpRequest.Builder request = HttpRequest.newBuilder(source).timeout(Duration.ofSeconds(60));
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
    }
    HttpResponse<InputStream> response = send(request.build());
    try (InputStream body = response.body()) {
      switch (response.statusCode()) {
        case 200 -> copy(body, 0, response);
        case 206 -> copy(body, have, response);
        case 416 -> Files.deleteIfExists(part);
        default -> throw new RefusedException("the server answers " + response.statusCode());
      }
    }
    if (response.statusCode() == 416) {
      throw new IOException("the server has less than was fetched before");
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted");
    }
  }

  private void copy(InputStream body, long have, HttpResponse<InputStream> response)
      throws IOException {
    OptionalLong length = response.headers().firstValueAsLong("Content-Length");
    long total = length.isPresent() ? have + length.getAsLong() : -1;
    StandardOpenOption mode =
        have > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    long done = have;
    try (OutputStream out =
        Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        out.write(buffer, 0, n);
        done += n;
        progress.bytes(done, total);
      }
    }
    if (total >= 0 && done < total) {
      throw new IOException("the connection ended after " + done + " of " + total + " bytes");
    }
  }

  private static String md5(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
