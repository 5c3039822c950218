package io.coterie.models.training;

import io.coterie.models.net.WholeFile;
import io.coterie.models.torch.Torch;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Child processes that learn networks side by side. Processes, because DJL collects gradients for
 * one network per process, and because two of one thread each learn more than one of two threads.
 */
final class Workers {
  private Workers() {}

  /**
   * Learns all students and pipelines and returns when the last is done.
   *
   * @throws IOException if a child cannot be started or fails; finished networks stay
   */
  static void run(TrainingOptions options) throws IOException {
    Path config = options.work().resolve("config.json");
    WholeFile.write(config, Json.bytes(options.config()));
    List<Process> children = new ArrayList<>();
    try {
      for (int i = 0; i < options.jobs(); i++) {
        children.add(start(options, config, i));
      }
      for (Process child : children) {
        int code = child.waitFor();
        if (code != 0) {
          throw new IOException("a process that learns networks ended with code " + code);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while networks are being learnt", e);
    } finally {
      children.forEach(Process::destroy);
    }
  }

  private static Process start(TrainingOptions options, Path config, int index) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            Workers.class.getName(),
            config.toString(),
            options.data(),
            options.work().toString(),
            options.nativeCache().toString(),
            Integer.toString(index),
            Integer.toString(options.jobs()));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.redirectInput(new File("/dev/null"));
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    return builder.start();
  }

  /**
   * What a child process runs.
   *
   * @param args file of the configuration, data, work folder, folder of libtorch, number of the
   *     child from 0, number of children
   */
  public static void main(String[] args) {
    // A killed training must not leave children behind that write the same checkpoints.
    ProcessHandle.current().parent().ifPresent(Workers::endWith);
    try {
      TrainingConfig config = config(Path.of(args[0]));
      ProgressSink progress = new ProgressPrinter(System.err, false);
      Session session = Session.open(config, args[1], Path.of(args[2]), progress);
      Torch.start(Path.of(args[3]), 1, config.seed());
      session.teacher().prepare();
      session.learn(session.head(), Integer.parseInt(args[4]), Integer.parseInt(args[5]));
    } catch (IOException | RuntimeException e) {
      System.err.println("coterie train: " + e.getMessage());
      if (!(e instanceof IOException || e instanceof IllegalArgumentException)) {
        e.printStackTrace();
      }
      System.exit(1);
    }
  }

  private static void endWith(ProcessHandle process) {
    var unused = process.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
  }

  private static TrainingConfig config(Path file) throws IOException {
    try {
      return Json.read(Files.readAllBytes(file), TrainingConfig.class);
    } catch (JsonException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }
}
