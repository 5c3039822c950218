package io.coterie.browser;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code coterie} with some arguments as a process of its own. */
final class Program implements AutoCloseable {
  private static final int START_SECONDS = 30;

  private final Path log;
  private final List<String> command = new ArrayList<>();
  private Process process;

  /**
   * A process that is not started yet.
   *
   * @param log where its output goes
   */
  Program(Path log, List<String> arguments) {
    this.log = log;
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("-XX:ActiveProcessorCount=1");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.io.tmpdir=" + log.getParent());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.coterie.cli.Main");
    command.addAll(arguments);
    command.add("--stop-on-eof");
  }

  Program start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    process = builder.start();
    return this;
  }

  boolean started() {
    return process != null;
  }

  /** Waits until it listens on the port. */
  void awaitListening(int port) throws InterruptedException {
    long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (process.isAlive() && System.nanoTime() - untilNs < 0) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    throw new IllegalStateException("does not listen on port " + port + ": " + command);
  }

  /** SIGKILL, as pulling the plug. */
  void kill() {
    process.destroyForcibly();
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
