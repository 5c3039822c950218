package io.coterie.cli;

import java.util.List;

/** Runs commands within a test. */
public final class CommandLines {
  private CommandLines() {}

  /** The command's exit code. */
  public static int execute(List<String> arguments) {
    System.setProperty("coterie.root", "..");
    return Main.commandLine().execute(arguments.toArray(new String[0]));
  }
}
