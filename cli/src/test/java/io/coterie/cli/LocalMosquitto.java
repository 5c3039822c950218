package io.coterie.cli;

import io.coterie.lab.processes.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Debian's Mosquitto, on a free port of the loopback. */
public final class LocalMosquitto implements AutoCloseable {
  /** Why a test is skipped. */
  public static final String MISSING =
      "mosquitto is not installed (sudo apt install mosquitto mosquitto-clients)";

  private static final List<Path> PLACES =
      List.of(Path.of("/usr/sbin/mosquitto"), Path.of("/usr/bin/mosquitto"));

  private final Process process;
  private final int port;
  private final Path configuration;

  private LocalMosquitto(Process process, int port, Path configuration) {
    this.process = process;
    this.port = port;
    this.configuration = configuration;
  }

  /** A running broker, or nothing where it is not installed. */
  public static Optional<LocalMosquitto> start() throws IOException, InterruptedException {
    return start("");
  }

  /** With a line more in its configuration. */
  public static Optional<LocalMosquitto> start(String setting)
      throws IOException, InterruptedException {
    Optional<Path> program = PLACES.stream().filter(Files::isExecutable).findFirst();
    if (program.isEmpty()) {
      return Optional.empty();
    }
    int port = FreePorts.free();
    Path configuration = Files.createTempFile("mosquitto", ".conf");
    Files.writeString(
        configuration,
        "listener "
            + port
            + " 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
            + setting
            + "\n");
    Process process =
        new ProcessBuilder(program.get().toString(), "-c", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    LocalMosquitto mosquitto = new LocalMosquitto(process, port, configuration);
    mosquitto.awaitListening();
    return Optional.of(mosquitto);
  }

  private void awaitListening() throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 100; attempt++) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException e) {
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          throw new IOException("mosquitto ended with " + process.exitValue(), e);
        }
      }
    }
    throw new IOException("mosquitto does not listen on " + port);
  }

  /** Where it listens. */
  public String address() {
    return "mqtt://127.0.0.1:" + port;
  }

  /** The path of one of Mosquitto's client programs, where it is installed. */
  public static Optional<Path> client(String name) {
    return Stream.of("/usr/bin/" + name, "/usr/local/bin/" + name)
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    Files.deleteIfExists(configuration);
  }
}
