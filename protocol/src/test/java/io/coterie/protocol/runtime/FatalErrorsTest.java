package io.coterie.protocol.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  /** How a program ended, and what it printed. */
  private record Ended(int status, String said) {}

  @Test
  @Tag("process")
  void anErrorEndsTheProcessAndSaysWhere() throws Exception {
    Ended ended = run("error");
    assertEquals(70, ended.status(), ended.said());
    assertTrue(ended.said().contains("goes on"), ended.said());
    assertTrue(ended.said().contains("uncaught on thread loop:"), ended.said());
    assertTrue(ended.said().contains("AssertionError: an error"), ended.said());
  }

  @Test
  @Tag("process")
  void anExceptionDoesNot() throws Exception {
    Ended ended = run("exception");
    assertEquals(0, ended.status(), ended.said());
  }

  private static Ended run(String how) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    Process process =
        new ProcessBuilder(List.of(java, "-cp", classes, Program.class.getName(), how))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return new Ended(process.exitValue(), said);
  }
}
