package io.coterie.agent.boot;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Running something until it ends by itself or the process is asked to end. */
public final class Service {
  private Service() {}

  /**
   * Returns only when the service has ended by itself: a signal ends the process, and the service
   * is closed on the way out.
   *
   * @param ended completes with the reason when the service ends by itself
   * @param parent who reads the lines of standard input, whose end means the end, as when the
   *     parent is gone; empty where standard input does not matter
   * @return why the service ended
   */
  public static String run(
      Runnable close, CompletableFuture<String> ended, Optional<Consumer<String>> parent)
      throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(close, "goodbye"));
    parent.ifPresent(
        lines -> {
          Thread watcher = new Thread(() -> exitAtEof(lines), "parent-watch");
          watcher.setDaemon(true);
          watcher.start();
        });
    try {
      return ended.get();
    } catch (ExecutionException e) {
      return e.getCause().toString();
    }
  }

  private static void exitAtEof(Consumer<String> lines) {
    try {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      in.lines().forEach(lines);
    } catch (UncheckedIOException e) {
      // The same as the end.
    }
    System.exit(0);
  }
}
