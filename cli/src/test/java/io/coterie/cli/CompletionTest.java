package io.coterie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What shells offer after a Tab, in a real bash. */
@Tag("process")
final class CompletionTest {
  private static final Path BASH = Path.of("/bin/bash");
  private static final Path ZSH = Path.of("/bin/zsh");

  @TempDir private static Path folder;
  private static Path script;

  @BeforeAll
  static void print() throws Exception {
    script = folder.resolve("coterie.bash");
    Files.write(script, printed("completion", "bash"));
    Files.createDirectories(folder.resolve("pets"));
    Files.writeString(folder.resolve("fleet.json"), "{}");
  }

  static byte[] printed(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      assertEquals(0, Main.commandLine().execute(arguments));
    } finally {
      System.setOut(before);
    }
    return out.toByteArray();
  }

  private static List<String> run(Path shell, String... arguments)
      throws IOException, InterruptedException {
    Assumptions.assumeTrue(Files.isExecutable(shell), "no " + shell);
    List<String> command = new ArrayList<>(List.of(shell.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), out);
    return out.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  /** As bash would when Tab is pressed at the end of the line. */
  private static List<String> offered(String line) throws Exception {
    return run(
        BASH,
        "--norc",
        "-c",
        "source "
            + script
            + "; COMP_LINE='"
            + line
            + "'; read -ra COMP_WORDS <<<\"$COMP_LINE\"; [[ $COMP_LINE == *' ' ]] &&"
            + " COMP_WORDS+=(''); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
            + " COMP_POINT=${#COMP_LINE}; COMPREPLY=(); _complete_coterie;"
            + " printf '%s\\n' \"${COMPREPLY[@]}\"; true");
  }

  @Test
  void bashAcceptsTheScript() throws Exception {
    assertEquals(List.of(), run(BASH, "-n", script.toString()));
    assertEquals(
        List.of("complete -o default -F _complete_coterie coterie"),
        run(BASH, "--norc", "-c", "source " + script + "; complete -p coterie"));
  }

  @Test
  void zshReadsItToo() throws Exception {
    Path zsh = folder.resolve("coterie.zsh");
    Files.write(zsh, printed("completion", "zsh"));
    List<String> known = run(ZSH, "-f", "-c", "source " + zsh + "; echo ${_comps[coterie]}");
    assertEquals(List.of("_bash_complete -F _complete_coterie -o default"), known);
  }

  @Test
  void offersEveryCommand() throws Exception {
    TreeSet<String> commands = new TreeSet<>(Main.commandLine().getSubcommands().keySet());
    TreeSet<String> offered = new TreeSet<>(offered("coterie "));
    offered.removeIf(word -> word.startsWith("-"));
    assertEquals(commands, offered);
    assertEquals(List.of("undeploy"), offered("coterie und"));
    assertTrue(offered("coterie bundle ").containsAll(List.of("inspect", "verify", "sign")));
  }

  @Test
  void offersOptionsTheirValuesAndFiles() throws Exception {
    assertEquals(List.of("--deadline"), offered("coterie deploy --dead"));
    assertEquals(List.of("rocoin", "distree", "mdi-exit"), offered("coterie deploy --strategy "));
    assertEquals(List.of("viewer"), offered("coterie credential add wall --role v"));
    assertEquals(List.of("fleet.json"), offered("coterie plan --fleet fl"));
    assertEquals(List.of("pets"), offered("coterie deploy pe"));
  }

  /** What is offered has to be accepted. */
  @ParameterizedTest
  @ValueSource(strings = {"deploy", "plan", "demo", "up", "chaos"})
  void everyValueThatIsOfferedIsOne(String name) throws Exception {
    CommandLine command = Main.commandLine().getSubcommands().get(name);
    for (CommandLine.Model.OptionSpec option : command.getCommandSpec().options()) {
      if (option.auxiliaryTypes()[0].isEnum()) {
        List<String> values = offered("coterie " + name + " " + option.longestName() + " ");
        assertFalse(values.isEmpty(), option.longestName());
        for (String value : values) {
          accepts(name, option.longestName(), value);
        }
      }
    }
  }

  private static void accepts(String command, String option, String value) {
    try {
      Main.commandLine().parseArgs(command, option, value);
    } catch (CommandLine.ParameterException e) {
      assertFalse(e.getMessage().contains("Invalid value"), e.getMessage());
    }
  }
}
