package io.coterie.cli.hub;

import io.coterie.lab.processes.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** {@code coterie} with some arguments as a process of its own, which can be killed. */
final class HubProcess implements AutoCloseable {
  private static final List<String> JVM =
      List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final ChildProcess process;

  HubProcess(Path folder, String name, List<String> arguments) {
    process = new ChildProcess(name, () -> arguments, JVM, folder.resolve(name + ".log"));
  }

  HubProcess start() throws IOException {
    process.start();
    return this;
  }

  /** Where its output is. */
  Path log() {
    return process.log();
  }

  /** SIGKILL, as pulling the plug. */
  void kill() {
    process.kill();
  }

  /** SIGSTOP or SIGCONT: the connections stay, and nobody answers. */
  void freeze(boolean frozen) throws IOException, InterruptedException {
    process.freeze(frozen);
  }

  @Override
  public void close() {
    process.kill();
    process.awaitEnd();
  }
}
