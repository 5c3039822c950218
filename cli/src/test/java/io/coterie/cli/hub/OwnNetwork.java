package io.coterie.cli.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A network of this test's own (a network namespace of Linux) with one interface, {@code lan0}:
 * nothing that processes in it say leaves it.
 */
final class OwnNetwork implements AutoCloseable {
  private static final String MAKE =
      "ip link set lo up && ip link add lan0 type veth peer name veth0 && ip link set veth0 up"
          + " && ip link set lan0 up && echo ready && exec cat";

  private final Process holder;
  private final List<Process> processes = new ArrayList<>();

  private OwnNetwork(Process holder) {
    this.holder = holder;
  }

  /** Skips the test where the system does not allow it. */
  static OwnNetwork create() throws IOException {
    Process holder = null;
    String said = "";
    try {
      holder = new ProcessBuilder("unshare", "-rn", "sh", "-c", MAKE).start();
      said = holder.inputReader(StandardCharsets.UTF_8).readLine();
    } catch (IOException e) {
      said = e.getMessage();
    }
    Assumptions.assumeTrue(
        "ready".equals(said), "not run: no network namespace with 'unshare -rn' and 'ip' here");
    return new OwnNetwork(holder);
  }

  private List<String> inside(List<String> command) {
    List<String> all = new ArrayList<>(List.of("nsenter", "-U", "-n", "--preserve-credentials"));
    all.addAll(List.of("-t", Long.toString(holder.pid())));
    all.addAll(command);
    return all;
  }

  /** Runs a command in it, which has to succeed. */
  void run(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(inside(List.of(command.split(" ")))).start();
    assertTrue(process.waitFor(10, TimeUnit.SECONDS), command);
    assertEquals(
        0, process.exitValue(), () -> command + ": " + process.errorReader().lines().toList());
  }

  /** Starts {@code coterie} in it. */
  Process coterie(Path folder, Path log, List<String> jvm, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + folder));
    command.addAll(jvm);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.coterie.cli.Main"));
    command.addAll(arguments);
    command.add("--stop-on-eof");
    ProcessBuilder builder = new ProcessBuilder(inside(command));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("COTERIE_HOME", folder.toString());
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  @Override
  public void close() {
    processes.forEach(process -> process.destroyForcibly().onExit().join());
    holder.destroyForcibly();
  }
}
