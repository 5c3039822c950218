package io.coterie.cli.help;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code coterie completion}. */
@Command(
    name = "completion",
    description =
        "Prints a script with which the shell completes commands, options, their values and files.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Put the line of the example into ~/.bashrc or, with zsh, into ~/.zshrc.",
      "",
      "Example:  source <(coterie completion bash)"
    })
public final class CompletionCommand implements Runnable {
  /** The shells whose completion is known. */
  enum Shell {
    BASH,
    /** By its emulation of bash's completion, which the script turns on. */
    ZSH
  }

  // Only checked: the same script serves both.
  @SuppressWarnings("UnusedVariable")
  @Parameters(paramLabel = "SHELL", description = "bash or zsh")
  private Shell shell;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    System.out.print(script(spec.root().commandLine()));
  }

  /** One script serves both shells: it finds out in which it is read. */
  static String script(CommandLine root) {
    spellAsTyped(root.getCommandSpec());
    return AutoComplete.bash(root.getCommandName(), root);
  }

  /** Values of enums, as help and documentation write them. */
  static List<String> values(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(value -> ((Enum<?>) value).name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .toList();
  }

  private static void spellAsTyped(CommandSpec command) {
    for (OptionSpec option : List.copyOf(command.options())) {
      Class<?> type = option.auxiliaryTypes()[0];
      if (type.isEnum()) {
        command.remove(option);
        command.addOption(OptionSpec.builder(option).completionCandidates(values(type)).build());
      }
    }
    command.subcommands().values().forEach(line -> spellAsTyped(line.getCommandSpec()));
  }
}
