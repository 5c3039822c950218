package io.coterie.agent.capture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a program that prints a picture. It is killed, with all that it started, when it takes too
 * long or prints too much.
 */
final class CommandSource implements PictureSource {
  private static final int MOST_PROBLEM_BYTES = 4096;

  /** What reads the last words of a program that has ended. */
  private static final long LAST_WORDS_MS = 200;

  private final List<String> words;
  private final long timeoutMs;

  CommandSource(List<String> words, long timeoutMs) {
    this.words = words;
    this.timeoutMs = timeoutMs;
  }

  @Override
  public Optional<byte[]> take() throws CaptureException, InterruptedException {
    Process process = start();
    try {
      CompletableFuture<byte[]> problem = read(process.getErrorStream(), MOST_PROBLEM_BYTES);
      CompletableFuture<byte[]> output = read(process.getInputStream(), Picture.MAX_BYTES + 1);
      return Optional.of(picture(process, output, problem));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process start() throws CaptureException {
    try {
      Process process = new ProcessBuilder(words).start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new CaptureException(
          e.getMessage() + " (install it, or name another program as the camera's command)");
    }
  }

  /** What it prints, up to so many bytes; the rest stays unread, which in time makes it wait. */
  private static CompletableFuture<byte[]> read(InputStream in, int most) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return in.readNBytes(most);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private byte[] picture(
      Process process, CompletableFuture<byte[]> output, CompletableFuture<byte[]> problem)
      throws CaptureException, InterruptedException {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    byte[] bytes;
    try {
      bytes = output.get(timeoutMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw tooSlow();
    } catch (ExecutionException e) {
      throw new CaptureException(name() + " cannot be read: " + e.getCause().getMessage());
    }
    if (bytes.length > Picture.MAX_BYTES) {
      throw new CaptureException(
          name()
              + " printed more than "
              + Picture.MAX_BYTES
              + " bytes: have it take smaller pictures, and one only");
    }
    if (!process.waitFor(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw tooSlow();
    }
    if (process.exitValue() != 0) {
      throw new CaptureException(name() + " ended with " + process.exitValue() + lastLine(problem));
    }
    Optional<String> objection = Picture.objection(bytes);
    if (objection.isPresent()) {
      throw new CaptureException(name() + " printed " + objection.get() + lastLine(problem));
    }
    return bytes;
  }

  private CaptureException tooSlow() {
    return new CaptureException(
        name() + " took longer than " + timeoutMs + " ms and was killed: raise timeoutMs?");
  }

  /** Programs say last why they give up. */
  private static String lastLine(CompletableFuture<byte[]> problem) throws InterruptedException {
    try {
      String text =
          new String(problem.get(LAST_WORDS_MS, TimeUnit.MILLISECONDS), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> !line.isBlank())
          .reduce((first, second) -> second)
          .map(line -> ": " + line.strip())
          .orElse("");
    } catch (ExecutionException | TimeoutException e) {
      return "";
    }
  }

  private String name() {
    return words.get(0);
  }
}
