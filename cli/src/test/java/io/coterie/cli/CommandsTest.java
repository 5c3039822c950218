package io.coterie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.ExitBundles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
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
    assertFails("say what to train with --preset", "train", "--data", "/x");
    assertFails(
        "Missing required argument(s): --features",
        "train",
        "--teacher",
        "/nowhere",
        "--data",
        "/x");
    assertFails(
        "no file /nowhere", "train", "--teacher", "/nowhere", "--features", "f", "--data", "/x");
    assertFails(
        "expected CHANNELSxHEIGHTxWIDTH",
        "train",
        "--preset",
        "images",
        "--input",
        "28",
        "--data",
        "/x");
    assertFails("--goal replicas and --replicas N go together", "plan", "/x", "--replicas", "3");
    assertFails("no file /nowhere", "split", "/nowhere");
    assertFails("say where the pictures are", "split", "/nowhere", "--at", "x");
    assertFails(
        "has nothing for the strategy mdi-exit",
        "train",
        "--preset",
        "images",
        "--strategy",
        "mdi-exit",
        "--data",
        "/x");
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
    assertFails("DEPLOYMENT must be 1 to 64 letters", "undeploy", "a/b");
    assertFails("Invalid value for positional parameter at index 0", words("board dance kitchen"));
    assertFails("BOARD: must be letters", words("board drain a/b"));
    assertFails(
        "unknown roll-out (there are staged and at-once): slowly",
        words("deploy /x --rollout slowly"));
    assertFails("--canary must be 1 to 64 letters", words("deploy /x --canary a/b"));
    assertFails(
        "--canary goes with --rollout staged", words("deploy /x --rollout at-once --canary a"));
  }

  @Test
  void namesWhatIsWrongInABoardsFile() throws Exception {
    Path file = folder.resolve("board.json");
    assertFails("there is no such board file: " + file, words("agent --id a --board " + file));
    Files.writeString(file, "{\"led\": {\"pin\": 99}}");
    assertFails(
        "board file " + file + ": led: must be 2 to 27, as in GPIO17: pin=99",
        words("agent --id a --board " + file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deploy /x", "plan /x", "demo"})
  void saysWhichExitOptionsDoNotFit(String command) {
    assertFails(
        "--exit-threshold: for the strategy distree or mdi-exit only; add --strategy distree",
        words(command + " --exit-threshold 0.1"));
    assertFails(
        "--max-accuracy-loss and --exit-policy: for the strategy distree or mdi-exit only",
        words(command + " --max-accuracy-loss 1 --exit-policy entropy"));
    assertFails(
        "--exit-mode and --latency-target: for the strategy distree only",
        words(command + " --latency-target 30ms --exit-mode wait"));
    assertFails(
        "unknown strategy (there are rocoin, distree and mdi-exit): mdi",
        words(command + " --strategy mdi"));
    String distree = command + " --strategy distree ";
    assertFails(
        "--exit-threshold: a threshold of feature-difference must be in 0 to 2.0: 3.0",
        words(distree + "--exit-threshold 3"));
    assertFails(
        "--exit-threshold: a threshold of entropy must be in 0 to 1.0: 1.5",
        words(distree + "--exit-threshold 1.5 --exit-policy entropy"));
    assertFails(
        "unknown exit policy (there are feature-difference, cosine, max-softmax and entropy): gut",
        words(distree + "--exit-policy gut"));
    assertFails(
        "--max-accuracy-loss must be 0 to 100 percentage points, such as 0.5: 101.0",
        words(distree + "--max-accuracy-loss 101"));
    assertFails(
        "--exit-threshold 0.1 and --latency-target 30ms: a fixed threshold cannot follow",
        words(distree + "--exit-threshold 0.1 --latency-target 30ms"));
    assertFails(
        "--latency-target must be above 0, such as 30ms: 0",
        words(distree + "--latency-target 0ms"));
    assertFails("'30' is no time", words(distree + "--latency-target 30"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deploy /x", "plan /x", "demo"})
  void saysWhichPipelineOptionsDoNotFit(String command) {
    assertFails(
        "--topology and --admission: for the strategy mdi-exit only; add --strategy mdi-exit",
        words(command + " --topology mesh --admission rate"));
    String pipeline = command + " --strategy mdi-exit ";
    assertFails(
        "--topology must be mesh or ring, such as mesh or ring5: star",
        words(pipeline + "--topology star"));
    assertFails(
        "--topology and --neighbours exclude each other",
        words(pipeline + "--topology mesh --neighbours a:b;b:a"));
    assertFails(
        "--neighbours: a names c, which has no list: add c: with its neighbours",
        words(pipeline + "--neighbours a:b,c;b:a"));
    assertFails(
        "--neighbours must be a list for each board, each once",
        words(pipeline + "--neighbours a=b"));
    assertFails("a board cannot be its own neighbour: a", words(pipeline + "--neighbours a:a"));
    assertFails(
        "--latency-target: for the strategy distree only",
        words(pipeline + "--latency-target 30ms"));
    assertFails(
        "mdi-exit judges one exit at a time", words(pipeline + "--exit-policy feature-difference"));
    assertFails(
        "--exit-threshold: a threshold of max-softmax must be in 0 to 1.0: 1.5",
        words(pipeline + "--exit-threshold 1.5"));
  }

  @Test
  void saysWhatABundleHasNotForPipelines() throws Exception {
    Path exits = folder.resolve("exits");
    ExitBundles.write(exits, ExitBundles.manifest());
    assertFails(
        "bundle exits has no pipeline, which the strategy mdi-exit needs: train one, or cut",
        words("deploy " + exits + " --strategy mdi-exit"));
    Path path = folder.resolve("pipeline");
    ExitBundles.write(path, ExitBundles.withPipeline());
    Path fleet = folder.resolve("fleet.json");
    Files.writeString(fleet, "{\"devices\":[]}");
    assertFails(
        "bundle exits has no pipeline other: it has [net]",
        words("plan " + path + " --fleet " + fleet + " --strategy mdi-exit --pipeline other"));
    assertFails(
        "no table for the exit policy entropy of the pipeline net",
        words("plan " + path + " --fleet " + fleet + " --strategy mdi-exit --exit-policy entropy"));
    assertFails(
        "the number of boards is for the demo only",
        words("plan " + path + " --fleet " + fleet + " --strategy mdi-exit --topology mesh3"));
    assertFails(
        "--agents 4 and a --topology of 3 boards: give one of them",
        words("demo --agents 4 --strategy mdi-exit --topology mesh3"));
    assertFails("has no pipeline other", words("bench pipeline " + path + " --pipeline other"));
    assertFails(
        "--fleets must be such as mesh1,mesh3,ring3: star3",
        words("bench pipeline " + path + " --fleets star3"));
  }

  @Test
  void saysWhatABundleHasNotForDistree() throws Exception {
    Path plain = folder.resolve("plain");
    ExitBundles.write(plain, ExitBundles.withoutExits());
    Path fleet = folder.resolve("fleet.json");
    Files.writeString(fleet, "{\"devices\":[]}");
    String missing = "bundle plain has no exits, which the strategy distree needs: train one with";
    assertFails(missing, words("deploy " + plain + " --strategy distree"));
    assertFails(missing, words("demo --bundle " + plain + " --strategy distree"));
    assertFails(missing, words("plan " + plain + " --fleet " + fleet + " --strategy distree"));
    Path exits = folder.resolve("exits");
    ExitBundles.write(exits, ExitBundles.manifest());
    assertFails(
        "bundle exits has no table for the exit policy cosine at K=2 (it has feature-difference)",
        words("deploy " + exits + " --strategy distree --exit-policy cosine"));
    assertFails(
        "bundle exits has no students of one stage, which the strategy rocoin needs",
        words("deploy " + exits));
    assertFails("or run this one with --strategy distree", words("deploy " + exits));
    assertFails(missing, words("bench exits " + plain));
    assertFails("out of range: --frames >= 1, --pairs >= 3", words("bench exits --pairs 2"));
    assertFails(
        "--slow-half-at must be 0 or more, and less than --seconds 10: 10.0",
        words("demo --seconds 10 --slow-half-at 10"));
  }

  static String[] words(String line) {
    return line.split(" ", -1);
  }

  @Test
  void saysThatNoBrokerAnswers() {
    assertFails(
        "no broker answers at [mqtt://127.0.0.1:1]: start the hub with 'coterie up'",
        "watch",
        "--broker",
        "127.0.0.1:1");
  }

  @ParameterizedTest
  @CsvSource({
    "flopsPerSecond, 0, flopsPerSecond of device a",
    "flopsPerSecond, -3, flopsPerSecond of device a",
    "flopsPerSecond, NaN, flopsPerSecond",
    "flopsPerSecond, null, device a lacks flopsPerSecond",
    "memoryBytes, 0, memoryBytes of device a",
    "memoryBytes, null, device a lacks memoryBytes",
    "uplinkBitsPerSecond, -1, uplinkBitsPerSecond of device a",
    "uplinkBitsPerSecond, null, device a lacks uplinkBitsPerSecond",
    "failureProbability, 1, failureProbability of device a",
    "failureProbability, -0.1, failureProbability of device a",
    "failureProbability, null, device a lacks failureProbability"
  })
  void saysWhatIsWrongInAFleetFile(String field, String value, String message) throws Exception {
    Path fleet = folder.resolve("fleet.json");
    Map<String, String> fields = new TreeMap<>();
    fields.put("flopsPerSecond", "1e9");
    fields.put("memoryBytes", "1000000");
    fields.put("uplinkBitsPerSecond", "1e6");
    fields.put("failureProbability", "0.1");
    fields.put(field, value);
    StringBuilder board = new StringBuilder("{\"devices\":[{\"id\":\"a\"");
    fields.forEach((name, v) -> board.append(v.equals("null") ? "" : ",\"" + name + "\":" + v));
    Files.writeString(fleet, board + "}]}");
    assertFails(message, "plan", "/x", "--fleet", fleet.toString());
  }

  @Test
  void saysWhatIsNoFleetFile() throws Exception {
    Path fleet = folder.resolve("fleet.json");
    Files.writeString(fleet, "{\"devices\":");
    assertFails(fleet + ": not valid JSON", "plan", "/x", "--fleet", fleet.toString());
  }

  static void assertFails(String message, String... arguments) {
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine().setErr(new PrintWriter(err, true));
    int status = line.execute(arguments);
    assertTrue(status == 1 || status == 2, "exit code " + status);
    assertTrue(err.toString().contains(message), err.toString());
    assertFalse(err.toString().contains("\tat "), err.toString());
    assertEquals(1, err.toString().lines().filter(text -> text.contains(message)).count());
  }
}
