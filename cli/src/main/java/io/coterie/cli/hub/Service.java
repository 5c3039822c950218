package io.coterie.cli.hub;

import io.coterie.cli.CommandException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Running something until it ends by itself or the process is asked to end. */
final class Service {
  private Service() {}

  /**
   * Never returns normally: a signal ends the process, and the service is closed on the way out.
   *
   * @param ended completes with the reason when the service ends by itself
   * @param stopOnEof whether the end of standard input means the end, as when the parent is gone
   * @throws CommandException with the reason, if the service ended by itself
   */
  static int run(Runnable close, CompletableFuture<String> ended, boolean stopOnEof)
      throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(close, "goodbye"));
    if (stopOnEof) {
      Thread watcher = new Thread(Service::exitAtEof, "parent-watch");
      watcher.setDaemon(true);
      watcher.start();
    }
    try {
      throw new CommandException(ended.get());
    } catch (ExecutionException e) {
      throw new CommandException(e.getCause().getMessage(), e.getCause());
    }
  }

  private static void exitAtEof() {
    try {
      while (System.in.read() >= 0) {
        // What is said does not matter.
      }
    } catch (IOException e) {
      // The same as the end.
    }
    System.exit(0);
  }
}
