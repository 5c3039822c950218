package io.coterie.cli.hub;

import io.coterie.cli.CommandException;
import io.coterie.cli.Release;
import picocli.CommandLine;

/**
 * The command {@code coterie-agent} of the board's package: {@code coterie agent}, without the
 * classes of everything else.
 */
public final class AgentMain {
  private AgentMain() {}

  public static void main(String[] args) {
    if (System.getProperty("coterie.log") == null) {
      System.setProperty("coterie.log", "INFO");
    }
    CommandLine line = new CommandLine(new AgentCommand()).setCommandName("coterie-agent");
    line.getCommandSpec().versionProvider(new Release());
    line.setExecutionExceptionHandler(CommandException::report);
    System.exit(line.execute(args));
  }
}
