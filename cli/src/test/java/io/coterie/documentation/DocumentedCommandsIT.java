package io.coterie.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.lab.processes.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Runs every command that README and docs tell people to type, by a script. */
final class DocumentedCommandsIT {
  private static final int MAX_MINUTES = 15;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void everyDocumentedCommandWorks() throws Exception {
    for (String program : new String[] {"bash", "curl", "mosquitto", "mosquitto_pub", "npm"}) {
      Assumptions.assumeTrue(installed(program), "not run: there is no " + program + " here");
    }
    Path log = Path.of("target/documented-commands.log");
    ProcessBuilder builder = new ProcessBuilder("bash", Story.script().toAbsolutePath().toString());
    builder.directory(folder.toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("COTERIE_HOME", folder.resolve("home/.cache/coterie").toString());
    environment.put("COTERIE_CLASS_PATH", System.getProperty("java.class.path"));
    environment.put(
        "COTERIE_JAVA", Path.of(System.getProperty("java.home"), "bin/java").toString());
    environment.put("COTERIE_ROOT", Path.of("..").toRealPath().toString());
    environment.put("FREE_PORTS", freePorts());
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      boolean ended = process.waitFor(MAX_MINUTES, TimeUnit.MINUTES);
      assertTrue(ended, "does not end; see " + log.toAbsolutePath());
      assertEquals(0, process.exitValue(), () -> tail(log));
    } finally {
      // SIGTERM: the script ends what it started.
      process.destroy();
      process.waitFor(1, TimeUnit.MINUTES);
    }
  }

  private static boolean installed(String program) {
    return Stream.of(System.getenv("PATH").split(":"), new String[] {"/usr/sbin"})
        .flatMap(Stream::of)
        .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
  }

  private static String freePorts() throws IOException {
    StringBuilder ports = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      ports.append(FreePorts.free()).append(' ');
    }
    return ports.toString();
  }

  private static String tail(Path log) {
    try {
      String text = Files.readString(log);
      return text.substring(Math.max(0, text.length() - 6_000));
    } catch (IOException e) {
      return log + ": " + e.getMessage();
    }
  }
}
