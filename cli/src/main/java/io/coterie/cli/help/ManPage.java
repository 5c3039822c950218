package io.coterie.cli.help;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual page, section 1, in the man macros of troff: made from what the commands declare, so
 * that none is forgotten. ASCII only.
 */
final class ManPage {
  private static final List<List<String>> ENVIRONMENT =
      List.of(
          List.of("COTERIE_HOME", "folder for models and state (default: ~/.cache/coterie)"),
          List.of("COTERIE_CREDENTIAL", "file with user name and password, as with --credential"),
          List.of("COTERIE_JAVA_OPTS", "more options for the Java virtual machine, such as -Xmx1g"),
          List.of("JAVA_HOME", "the JDK to run with, 17 or newer"),
          List.of("NO_COLOR", "where it is set, output has no colours"));

  private final StringBuilder out = new StringBuilder();

  private ManPage() {}

  /** The page of a command with all below it. */
  static String of(CommandSpec root) {
    ManPage page = new ManPage();
    page.head(root);
    page.section("OPTIONS");
    root.options().forEach(page::option);
    page.section("COMMANDS");
    root.subcommands().values().forEach(page::command);
    page.section("EXIT STATUS");
    page.item("0", "success");
    page.item("1", "the command could not do what it was asked for; the message says why");
    page.item("2", "the command line makes no sense; the message says what to write");
    page.section("ENVIRONMENT");
    ENVIRONMENT.forEach(variable -> page.item(variable.get(0), variable.get(1)));
    page.section("SEE ALSO");
    page.line("mosquitto(8), mosquitto_pub(1), mosquitto_sub(1), journalctl(1)");
    return page.out.toString();
  }

  private void head(CommandSpec root) {
    String name = root.name();
    String version = String.join(" ", root.version());
    macro("TH", name.toUpperCase(Locale.ROOT), "1", "", version, "User Commands");
    section("NAME");
    line(name + " - " + sentence(root.usageMessage().description()));
    section("SYNOPSIS");
    bold(name);
    line("COMMAND [OPTION]... [ARGUMENT]...");
    section("DESCRIPTION");
    line(sentence(root.usageMessage().description()));
  }

  private void command(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    macro("SS", synopsis(spec));
    line(sentence(spec.usageMessage().description()));
    spec.positionalParameters().forEach(this::parameter);
    spec.options().stream().filter(option -> !isStandard(option)).forEach(this::option);
    example(spec.usageMessage().footer());
    spec.subcommands().values().forEach(this::command);
  }

  private static String synopsis(CommandSpec spec) {
    boolean own = spec.options().stream().anyMatch(option -> !isStandard(option));
    String parameters =
        spec.positionalParameters().stream()
            .map(parameter -> " " + label(parameter))
            .collect(Collectors.joining());
    return spec.qualifiedName()
        + (spec.subcommands().isEmpty() ? "" : " COMMAND")
        + (own ? " [OPTION]..." : "")
        + parameters;
  }

  /** Those that every command has are said once. */
  private static boolean isStandard(OptionSpec option) {
    return option.usageHelp() || option.versionHelp();
  }

  private void option(OptionSpec option) {
    if (!option.hidden()) {
      boolean flag = option.arity().max() == 0;
      String value = flag ? "" : " " + label(option);
      item(String.join(", ", option.names()) + value, sentence(option.description()));
    }
  }

  private void parameter(PositionalParamSpec parameter) {
    item(label(parameter), sentence(parameter.description()));
  }

  private static String label(ArgSpec argument) {
    return argument.paramLabel() + (argument.arity().max() > 1 ? "..." : "");
  }

  private static String sentence(String[] lines) {
    return Arrays.stream(lines).map(String::strip).collect(Collectors.joining(" "));
  }

  private void example(String[] footer) {
    List<String> lines = Arrays.stream(footer).filter(text -> !text.isBlank()).toList();
    if (!lines.isEmpty()) {
      macro("PP");
      macro("EX");
      lines.forEach(this::line);
      macro("EE");
    }
  }

  private void section(String name) {
    macro("SH", name);
  }

  private void item(String term, String text) {
    macro("TP");
    bold(term);
    line(text);
  }

  private void bold(String text) {
    macro("B", text);
  }

  private void macro(String name, String... arguments) {
    out.append('.').append(name);
    for (String argument : arguments) {
      out.append(" \"").append(escape(argument).replace("\"", "\\(dq")).append('"');
    }
    out.append('\n');
  }

  /** A line that begins with a dot or an apostrophe would be a request. */
  private void line(String text) {
    boolean request = text.startsWith(".") || text.startsWith("'");
    out.append(request ? "\\&" : "").append(escape(text)).append('\n');
  }

  /** Text as troff shows it: a plain hyphen would become another character. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\\') {
                escaped.append("\\e");
              } else if (c == '-') {
                escaped.append("\\-");
              } else if (c > '~') {
                escaped.append(String.format("\\[u%04X]", c));
              } else {
                escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }
}
