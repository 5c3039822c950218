package io.coterie.cli.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code coterie} with some arguments as a process of its own, which can be killed. */
final class HubProcess implements AutoCloseable {
  private final List<String> arguments;
  private final Path log;
  private Process process;

  HubProcess(Path folder, String name, List<String> arguments) {
    this.arguments = List.copyOf(arguments);
    this.log = folder.resolve(name + ".log");
  }

  HubProcess start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.io.tmpdir=" + log.getParent());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.coterie.cli.Main");
    command.addAll(arguments);
    command.add("--stop-on-eof");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    process = builder.start();
    return this;
  }

  /** Where its output is. */
  Path log() {
    return log;
  }

  /** SIGKILL, as pulling the plug. */
  void kill() {
    process.destroyForcibly();
  }

  /** SIGSTOP or SIGCONT: the connections stay, and nobody answers. */
  void freeze(boolean frozen) throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    new ProcessBuilder("kill", frozen ? "-STOP" : "-CONT", pid).inheritIO().start().waitFor();
  }

  @Override
  public void close() {
    kill();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
