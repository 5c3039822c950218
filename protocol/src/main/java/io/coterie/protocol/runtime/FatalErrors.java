package io.coterie.protocol.runtime;

/** What becomes of an {@link Error} on a thread that goes on after failures. */
public final class FatalErrors {
  /** The exit status of sysexits.h for a failure in the program itself. */
  private static final int SOFTWARE = 70;

  private FatalErrors() {}

  /**
   * Hands an error to the handler of uncaught exceptions of this thread. Nothing can be relied on
   * after an error: programs of Coterie end with one ({@link #endProcess}), and whoever started
   * them starts them again. In a program that embeds Coterie, its own handler decides.
   */
  public static void uncaught(Error error) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, error);
  }

  /**
   * From now on, an error that nobody catches ends the process at once, with status 70; an
   * exception that nobody catches ends its thread, as usual. Both are printed to standard error.
   */
  public static void endProcess() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          try {
            System.err.println("uncaught on thread " + thread.getName() + ":");
            failure.printStackTrace();
          } finally {
            if (failure instanceof Error) {
              // Not exit(): its hooks wait for threads that may be the ones that failed.
              Runtime.getRuntime().halt(SOFTWARE);
            }
          }
        });
  }
}
