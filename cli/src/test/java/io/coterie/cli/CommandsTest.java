package io.coterie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What users get who mistype: one line that names the value and the cure, and exit code 1 or 2. */
final class CommandsTest {
  @TempDir Path folder;

  static Stream<CommandLine> commands() {
    return Main.commandLine().getSubcommands().values().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpWithAnExample(CommandLine command) {
    String help = command.getUsageMessage();
    assertTrue(help.contains("Example:"), help);
  }

  @Test
  void namesWhatIsMissing() {
    assertFails("no bundle at /nowhere: give a folder or a .zip file", "deploy", "/nowhere");
    assertFails("no bundle at /nowhere", "evaluate", "/nowhere", "--data", "meter-digits");
    assertFails("no bundle at /nowhere", "bundle", "verify", "/nowhere");
    assertFails("cannot read /nowhere", "plan", "/x", "--fleet", "/nowhere");
    assertFails("unknown preset 'x'", "train", "--preset", "x", "--out", "y", "--data", "z");
    assertFails("unknown data set 'mnist': there is cifar10", "data", "fetch", "mnist");
  }

  @Test
  void namesWhatIsOutOfRange() {
    assertFails("'5' is no time: write a number with a unit", "demo", "--deadline", "5");
    assertFails("out of range", "demo", "--agents", "0");
    assertFails("must be >= 1: throttle=0.5", "agent", "--id", "a", "--throttle", "0.5");
    assertFails("agent id=a/b", "agent", "--id", "a/b");
    assertFails("agent id=#", "agent", "--id", "#");
    assertFails(
        "broker address must look like mqtt://HOST:PORT: http://x",
        "agent",
        "--id",
        "a",
        "--broker",
        "http://x");
    assertFails("base=a+b", "watch", "--base", "a+b");
  }

  @Test
  void saysThatNoBrokerAnswers() {
    assertFails(
        "no broker answers at [mqtt://127.0.0.1:1]: start the hub with 'coterie up'",
        "watch",
        "--broker",
        "127.0.0.1:1");
  }

  @Test
  void saysWhatIsWrongInAFleetFile() throws Exception {
    Path fleet = folder.resolve("fleet.json");
    Files.writeString(
        fleet,
        "{\"devices\":[{\"id\":\"a\",\"flopsPerSecond\":0,\"memoryBytes\":1,"
            + "\"uplinkBitsPerSecond\":1,\"failureProbability\":0}]}");
    assertFails("flopsPerSecond of device a", "plan", "/x", "--fleet", fleet.toString());
    Files.writeString(fleet, "{\"devices\":");
    assertFails(fleet + ": not valid JSON", "plan", "/x", "--fleet", fleet.toString());
  }

  private static void assertFails(String message, String... arguments) {
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine().setErr(new PrintWriter(err, true));
    int status = line.execute(arguments);
    assertTrue(status == 1 || status == 2, "exit code " + status);
    assertTrue(err.toString().contains(message), err.toString());
    assertFalse(err.toString().contains("\tat "), err.toString());
    assertEquals(1, err.toString().lines().filter(text -> text.contains(message)).count());
  }
}
