package io.coterie.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One process of the demonstration, started from this process's own class path. It ends when its
 * standard input does, so nothing stays behind even if this process is killed.
 */
final class Board {
  private final String name;
  private final List<String> command;
  private final Path log;
  private Process process;

  Board(String name, List<String> arguments, List<String> jvmOptions, Path log) {
    this.name = name;
    this.log = log;
    command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.awt.headless=true");
    command.add("-Djava.io.tmpdir=" + log.getParent());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.coterie.cli.Main");
    command.addAll(arguments);
    command.add("--stop-on-eof");
  }

  String name() {
    return name;
  }

  Path log() {
    return log;
  }

  void start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    process = builder.start();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** SIGKILL, as pulling the plug. */
  void kill() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /** Waits a moment for the end of a killed process, so that it writes no more files. */
  void awaitEnd() {
    if (process != null) {
      try {
        process.waitFor(2, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** SIGTERM, then SIGKILL if that does not help. */
  void stop() {
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(3, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
