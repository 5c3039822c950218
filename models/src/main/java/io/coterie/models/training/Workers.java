package io.coterie.models.training;

import io.coterie.models.net.WholeFile;
import io.coterie.protocol.json.Json;
import java.io.File;
import java.io.IOException;
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
            TrainMain.class.getName(),
            "worker",
            "--config",
            config.toString(),
            "--data",
            options.data(),
            "--work",
            options.work().toString(),
            "--natives",
            options.nativeCache().toString(),
            "--worker",
            index + "/" + options.jobs());
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.redirectInput(new File("/dev/null"));
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    return builder.start();
  }
}
