package io.coterie.protocol.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is thrown on an event loop, in a process of its own. */
final class FatalErrorsTest {
  /** Two tasks fail; the process ends after the second, of itself or as told. */
  static final class Program {
    public static void main(String[] args) throws InterruptedException {
      FatalErrors.endProcess();
      CountDownLatch over = new CountDownLatch(1);
      try (ThreadLoop loop = new ThreadLoop("loop")) {
        loop.execute(
            () -> {
              throw new IllegalStateException("an exception");
            });
        loop.execute(
            () -> {
              System.out.println("goes on");
              if (args[0].equals("error")) {
                throw new AssertionError("an error");
              }
              over.countDown();
            });
        over.await();
      }
    }
  }

  @Test
  @Tag("process")
  void anErrorEndsTheProcessAndSaysWhere() throws Exception {
    Process process = start("error");
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(70, process.exitValue(), said);
    assertTrue(said.contains("goes on"), said);
    assertTrue(said.contains("uncaught on thread loop:"), said);
    assertTrue(said.contains("AssertionError: an error"), said);
  }

  @Test
  @Tag("process")
  void anExceptionDoesNot() throws Exception {
    Process process = start("exception");
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
  }

  private static Process start(String how) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    return new ProcessBuilder(List.of(java, "-cp", classes, Program.class.getName(), how))
        .redirectErrorStream(true)
        .start();
  }
}
