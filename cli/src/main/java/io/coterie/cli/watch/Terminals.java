package io.coterie.cli.watch;

import java.io.IOException;
import java.util.Optional;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The terminal that this process was started at. */
final class Terminals {
  private Terminals() {}

  /**
   * The terminal; empty where the output goes elsewhere or cannot be drawn on. Only programs that
   * every system has ({@code stty}) are used: native libraries would be unpacked at every start.
   */
  static Optional<Terminal> open() {
    try {
      Terminal terminal =
          TerminalBuilder.builder()
              .system(true)
              .systemOutput(TerminalBuilder.SystemOutput.SysOut)
              .provider(TerminalBuilder.PROP_PROVIDER_EXEC)
              .dumb(false)
              .build();
      if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
        terminal.close();
        return Optional.empty();
      }
      return Optional.of(terminal);
    } catch (IOException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether colours are wanted.
   *
   * @param noColor the environment's {@code NO_COLOR}, null where it is not set; see no-color.org
   */
  static boolean colours(String noColor) {
    return noColor == null || noColor.isEmpty();
  }
}
