package io.coterie.agent.boot;

import io.coterie.agent.Version;
import io.coterie.protocol.runtime.FatalErrors;
import picocli.CommandLine;

/**
 * The command {@code coterie-agent} of the board's package: {@code coterie agent}, without the
 * classes of everything else.
 */
public final class AgentMain {
  private AgentMain() {}

  public static void main(String[] args) {
    FatalErrors.endProcess();
    if (System.getProperty("coterie.log") == null) {
      System.setProperty("coterie.log", "INFO");
    }
    CommandLine line = new CommandLine(new AgentCommand()).setCommandName("coterie-agent");
    line.getCommandSpec().version("coterie " + Version.current());
    System.exit(line.execute(args));
  }
}
