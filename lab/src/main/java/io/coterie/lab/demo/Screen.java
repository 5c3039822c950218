package io.coterie.lab.demo;

import java.io.PrintStream;
import java.util.List;

/** Lines that are written over on a terminal; elsewhere only the last one, every few times. */
final class Screen {
  private static final int EVERY = 5;

  private final PrintStream out;
  private final boolean terminal;
  private int drawn;
  private int updates;

  Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Says something that stays. */
  void say(String text) {
    drawn = 0;
    out.println(text);
  }

  /** Shows the newest state: the table, then one line that sums it up. */
  void update(List<String> table, String summary) {
    if (terminal) {
      StringBuilder text = new StringBuilder(drawn == 0 ? "" : "\u001b[" + drawn + "A");
      table.forEach(line -> text.append("\u001b[2K").append(line).append('\n'));
      text.append("\u001b[2K").append(summary).append('\n');
      out.print(text);
      out.flush();
      drawn = table.size() + 1;
    } else if (updates % EVERY == 0) {
      out.println(summary);
    }
    updates++;
  }
}
