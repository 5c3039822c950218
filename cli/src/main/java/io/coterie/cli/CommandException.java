package io.coterie.cli;

import io.coterie.lab.LabException;
import picocli.CommandLine;

/** A command that cannot go on for a reason a user can mend; the message says how. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandException(String message) {
    super(message);
  }

  public CommandException(String message, Throwable cause) {
    super(message, cause);
  }

  /** For picocli: prints what a user can mend and ends with 1; throws anything else again. */
  public static int report(Exception e, CommandLine line, CommandLine.ParseResult unused)
      throws Exception {
    if (e instanceof CommandException || e instanceof LabException) {
      line.getErr().println("coterie: " + e.getMessage());
      return 1;
    }
    throw e;
  }
}
