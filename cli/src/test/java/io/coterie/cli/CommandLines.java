package io.coterie.cli;

import java.util.List;
import picocli.CommandLine;

/** Runs commands within a test. */
public final class CommandLines {
  private CommandLines() {}

  /** The command with everything below it, not run. */
  public static CommandLine commandLine() {
    return Main.commandLine();
  }

  /** The command's exit code. */
  public static int execute(List<String> arguments) {
    System.setProperty("coterie.root", "..");
    return Main.commandLine().execute(arguments.toArray(new String[0]));
  }
}
