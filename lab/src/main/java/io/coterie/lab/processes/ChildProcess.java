package io.coterie.lab.processes;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A command {@code coterie} as a process of its own, started from this process's class path. It
 * ends when its standard input does, so nothing stays behind even if this process is killed.
 */
public final class ChildProcess {
  /** Small and quick to start, as on a real board. */
  public static final List<String> BOARD_JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:TieredStopAtLevel=1",
          "-Xmx64m",
          "-Xss512k",
          "-XX:ActiveProcessorCount=1");

  /** For hubs, which hold models and a broker. */
  public static final List<String> HUB_JVM =
      List.of("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Xmx384m");

  /** Where a package has native libraries that its class path lacks, and the bundles. */
  private static final List<String> INHERITED =
      List.of("coterie.root", "jna.boot.library.path", "jna.nounpack", "onnxruntime.native.path");

  private final String name;
  private final Supplier<List<String>> arguments;
  private final List<String> jvmOptions;
  private final Path log;
  private final Map<String, String> environment = new ConcurrentHashMap<>();
  private Process process;

  /**
   * A process that is not started yet.
   *
   * @param arguments of the command {@code coterie}, asked for at every start
   */
  public ChildProcess(
      String name, Supplier<List<String>> arguments, List<String> jvmOptions, Path log) {
    this.name = name;
    this.arguments = arguments;
    this.jvmOptions = List.copyOf(jvmOptions);
    this.log = log;
  }

  /** As this process was started, not as it is now: it may have unpacked libraries for itself. */
  private static List<String> inherited() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> INHERITED.stream().anyMatch(p -> argument.startsWith("-D" + p + "=")))
        .toList();
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.awt.headless=true");
    command.add("-Djava.io.tmpdir=" + log.getParent());
    command.addAll(inherited());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.coterie.cli.Main");
    command.addAll(arguments.get());
    command.add("--stop-on-eof");
    return command;
  }

  public String name() {
    return name;
  }

  /** Where its output goes. */
  public Path log() {
    return log;
  }

  public void start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command());
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    builder.environment().putAll(environment);
    process = builder.start();
  }

  /** What the process finds in its environment from its next start on; empty for nothing. */
  public void environment(Map<String, String> variables) {
    environment.clear();
    environment.putAll(variables);
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Says a line to the process on its standard input; nobody listens where it does not run. */
  public void tell(String line) throws IOException {
    if (!isAlive()) {
      return;
    }
    try {
      OutputStream in = process.getOutputStream();
      in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
    } catch (IOException e) {
      if (isAlive()) {
        throw e;
      }
    }
  }

  /** Processor time that the process used since its start, user and system; 0 if it is gone. */
  public Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** SIGKILL, as pulling the plug. */
  public void kill() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /**
   * SIGSTOP or SIGCONT: the connections stay, and nobody answers.
   *
   * @throws IOException if the command {@code kill} cannot be run
   */
  public void freeze(boolean frozen) throws IOException, InterruptedException {
    String signal = frozen ? "-STOP" : "-CONT";
    new ProcessBuilder("kill", signal, Long.toString(pid())).start().waitFor();
  }

  /** Waits a moment for the end of a killed process, so that it writes no more files. */
  public void awaitEnd() {
    if (process != null) {
      try {
        process.waitFor(2, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** SIGTERM, then SIGKILL if that does not help. */
  public void stop() {
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
