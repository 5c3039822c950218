package io.coterie.cli.demo;

import java.io.PrintStream;

/** One line that is written over on a terminal, and one line after the other elsewhere. */
final class StatusLine {
  private static final int EVERY = 5;

  private final PrintStream out;
  private final boolean terminal;
  private boolean open;
  private int updates;

  StatusLine(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Says something once. */
  void say(String text) {
    end();
    out.println(text);
  }

  /** Shows the newest state; elsewhere than on a terminal only every few times. */
  void update(String text) {
    if (terminal) {
      out.print("\r\u001b[2K" + text);
      out.flush();
      open = true;
    } else if (updates % EVERY == 0) {
      out.println(text);
    }
    updates++;
  }

  /** Ends the line that is written over. */
  void end() {
    if (open) {
      out.println();
      open = false;
    }
  }
}
