package io.coterie.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A command line that a page tells people to type.
 *
 * @param page relative to the project's root
 * @param text without prompt, remark, and breaks of the line
 */
record DocumentedCommand(Path page, int line, String text) {
  static final Path ROOT = Path.of("..");

  /** What lines of a block begin with that are commands; others are output, or files. */
  private static final Set<String> PROGRAMS =
      Set.of(
          "./coterie",
          "coterie",
          "deploy/flash",
          "mosquitto",
          "mosquitto_pub",
          "mosquitto_sub",
          "mosquitto_passwd",
          "scp",
          "cp",
          "cd",
          "curl",
          "npm",
          "node-red",
          "man",
          "source",
          "JAVA_TOOL_OPTIONS=");

  private static final Pattern BUILT = Pattern.compile("node_modules|/target/");
  private static final Pattern OPTION = Pattern.compile("(?<!\\S)--[a-z][a-z-]*");
  private static final Pattern INLINE = Pattern.compile("`((?:\\./)?coterie [a-z][^`]*)`");

  /**
   * The pages for people. Pages with results show commands that run for hours, and the page of all
   * commands shows examples of each; these are parsed only.
   */
  static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"));
        Stream<Path> deploy = Files.walk(ROOT.resolve("deploy"))) {
      Stream<Path> found =
          Stream.concat(docs, deploy.filter(path -> !BUILT.matcher(path.toString()).find()));
      return Stream.concat(Stream.of(ROOT.resolve("README.md")), markdown(found))
          .filter(page -> !page.equals(CommandPage.PATH))
          .toList();
    }
  }

  /** The pages whose commands are not run. */
  static List<Path> parsedPages() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("docs/results"))) {
      return Stream.concat(markdown(files), Stream.of(CommandPage.PATH)).toList();
    }
  }

  private static Stream<Path> markdown(Stream<Path> files) {
    return files.filter(path -> path.toString().endsWith(".md")).sorted().toList().stream();
  }

  /** The commands in a page's blocks, in order. */
  static List<DocumentedCommand> of(Path page) throws IOException {
    List<DocumentedCommand> commands = new ArrayList<>();
    List<String> lines = Files.readAllLines(page);
    boolean block = false;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).strip().startsWith("```")) {
        block = !block;
        continue;
      }
      int first = i;
      String text = lines.get(i);
      while (block && text.endsWith("\\") && i + 1 < lines.size()) {
        i++;
        text = text.substring(0, text.length() - 1).strip() + " " + lines.get(i).strip();
      }
      text = text.strip().replaceFirst("^(\\$|Example:) +", "").replaceFirst("\\s+# .*$", "");
      String program = text.split("[ =]", 2)[0] + (text.matches("[A-Z_]+=.*") ? "=" : "");
      // A program's name and two spaces begin a table of output.
      if (block && PROGRAMS.contains(program) && !text.startsWith(program + "  ")) {
        commands.add(new DocumentedCommand(ROOT.relativize(page), first + 1, text));
      }
    }
    return commands;
  }

  /** Commands of ours in running text, which may be cut short. */
  static List<DocumentedCommand> inline(Path page) throws IOException {
    List<DocumentedCommand> commands = new ArrayList<>();
    List<String> lines = Files.readAllLines(page);
    for (int i = 0; i < lines.size(); i++) {
      Matcher matcher = INLINE.matcher(lines.get(i));
      while (matcher.find()) {
        commands.add(new DocumentedCommand(ROOT.relativize(page), i + 1, matcher.group(1)));
      }
    }
    return commands;
  }

  /** Whether it is one of ours. */
  boolean ours() {
    return text.matches("(\\./)?coterie .*");
  }

  /** The words after the program's name, without what the shell does with the output. */
  List<String> arguments() {
    String command = text.replaceFirst(" *[|>].*$", "");
    return Arrays.stream(command.split(" +")).skip(1).toList();
  }

  /** The long options. */
  Set<String> options() {
    return options(text);
  }

  static Set<String> options(String text) {
    return OPTION
        .matcher(text)
        .results()
        .map(match -> match.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public String toString() {
    return page + ":" + line + ": " + text;
  }
}
