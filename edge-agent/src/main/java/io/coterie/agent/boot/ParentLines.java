package io.coterie.agent.boot;

import java.io.PrintStream;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * What the process that started an agent tells it while it runs, one line each: {@code throttle F}
 * makes it a board that is F times slower, F >= 1. Anything else is reported and ignored.
 */
final class ParentLines implements Consumer<String> {
  private final DoubleConsumer throttle;
  private final PrintStream err;

  /**
   * Prepares for the lines.
   *
   * @param throttle refuses what is no factor with an {@link IllegalArgumentException}
   */
  ParentLines(DoubleConsumer throttle, PrintStream err) {
    this.throttle = throttle;
    this.err = err;
  }

  @Override
  public void accept(String line) {
    List<String> words = List.of(line.strip().split("\\s+", -1));
    if (words.size() != 2 || !words.get(0).equals("throttle")) {
      refuse(line, "there is 'throttle F'");
      return;
    }
    try {
      throttle.accept(Double.parseDouble(words.get(1)));
    } catch (NumberFormatException e) {
      refuse(line, words.get(1) + " is no number");
    } catch (IllegalArgumentException e) {
      refuse(line, e.getMessage());
    }
  }

  private void refuse(String line, String reason) {
    err.println("coterie: ignored on standard input: '" + line + "': " + reason);
  }
}
