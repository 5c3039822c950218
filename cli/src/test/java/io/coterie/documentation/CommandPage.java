package io.coterie.documentation;

import io.coterie.cli.CommandLines;
import java.nio.file.Path;
import picocli.CommandLine;

/** The page with every command's help, made from the commands themselves. */
final class CommandPage {
  static final Path PATH = DocumentedCommand.ROOT.resolve("docs/commands.md");

  private static final String HEAD =
      "# Commands\n\nWhat `--help` of each command prints. A test holds this page against the"
          + " commands, and with `-Dcoterie.write=true` writes it.\n";

  private CommandPage() {}

  static String render() {
    StringBuilder page = new StringBuilder(HEAD);
    append(page, CommandLines.commandLine());
    return page.toString();
  }

  private static void append(StringBuilder page, CommandLine command) {
    command.setUsageHelpWidth(100);
    page.append("\n## ")
        .append(command.getCommandSpec().qualifiedName())
        .append("\n\n```text\n")
        .append(command.getUsageMessage(CommandLine.Help.Ansi.OFF).stripTrailing())
        .append("\n```\n");
    command.getSubcommands().values().stream().distinct().forEach(sub -> append(page, sub));
  }
}
