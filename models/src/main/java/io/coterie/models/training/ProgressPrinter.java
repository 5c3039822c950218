package io.coterie.models.training;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

/** Prints progress: a bar on a terminal, otherwise one line for each epoch or finished step. */
public final class ProgressPrinter implements ProgressSink {
  private static final int BAR = 24;
  private static final long REDRAW_NS = 200_000_000;

  private final PrintStream out;
  private final boolean terminal;
  private long drawnNs = System.nanoTime() - REDRAW_NS;

  public ProgressPrinter(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** To standard error; a bar only where that is a terminal. */
  public static ProgressPrinter standard() {
    return new ProgressPrinter(System.err, onTerminal());
  }

  /**
   * Whether people watch. From Java 22 on there always is a console, and it says whether it is a
   * terminal.
   */
  @SuppressWarnings("SystemConsoleNull")
  public static boolean onTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  @Override
  public void update(TrainingProgress progress) {
    if (progress.complete()) {
      out.println((terminal ? "\r\033[K" : "") + line(progress));
      return;
    }
    if (terminal && System.nanoTime() - drawnNs > REDRAW_NS) {
      drawnNs = System.nanoTime();
      int filled = (int) (BAR * progress.done() / progress.total());
      out.print(
          "\r\033[K[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + line(progress));
      out.flush();
    }
  }

  static String line(TrainingProgress progress) {
    StringBuilder line = new StringBuilder(progress.stage());
    if (progress.epochs() > 0) {
      line.append(" epoch ").append(progress.epoch()).append('/').append(progress.epochs());
    }
    if (!progress.detail().isEmpty()) {
      line.append("  ").append(progress.detail());
    }
    if (progress.imagesPerSecond() > 0) {
      line.append(String.format(Locale.ROOT, "  %.0f images/s", progress.imagesPerSecond()));
      long seconds = progress.remaining().toSeconds();
      line.append(String.format(Locale.ROOT, "  %d:%02d left", seconds / 60, seconds % 60));
    }
    return line.toString();
  }
}
