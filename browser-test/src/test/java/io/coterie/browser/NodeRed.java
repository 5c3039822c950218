package io.coterie.browser;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coterie.lab.processes.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Node-RED as a process of its own, headless, with the package of this repository, as {@code npm
 * ci} installs both.
 */
final class NodeRed implements AutoCloseable {
  /** Why a test is skipped. */
  static final String MISSING = "npm is not installed (sudo apt install npm)";

  static final Path PACKAGE = Path.of("..", "deploy", "node-red").toAbsolutePath().normalize();
  private static final String NAME = "@coterie/node-red-coterie";
  private static final Duration REQUEST_TIME = Duration.ofSeconds(60);
  private static final int START_SECONDS = 60;

  /** Node-RED takes the offer of HTTP/2 for a WebSocket's. */
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final int port = FreePorts.free();
  private final Path log;
  private final Process process;

  /** Starts one with its user directory in the folder, and waits until it is there. */
  NodeRed(Path folder) throws Exception {
    log = folder.resolve("node-red.log");
    Path modules = folder.resolve("node_modules").resolve("@coterie");
    Files.createDirectories(modules);
    Files.createSymbolicLink(modules.resolve("node-red-coterie"), PACKAGE);
    Files.writeString(
        folder.resolve("package.json"), "{\"dependencies\":{\"%s\":\"*\"}}".formatted(NAME));
    Files.writeString(
        folder.resolve("settings.js"),
        """
        module.exports = {
          uiHost: "127.0.0.1",
          uiPort: %d,
          flowFile: "flows.json",
          credentialSecret: "of this test",
          apiMaxLength: "20mb",
          editorTheme: { tours: false },
          telemetry: { enabled: false, updateNotification: false },
          logging: { console: { level: "info" } },
        };
        """
            .formatted(port));
    String program = PACKAGE.resolve("node_modules/node-red/red.js").toString();
    process = start(log, "node", program, "--userDir", folder.toString());
    awaitListening();
  }

  /** Where npm is, if it is installed. */
  static Optional<Path> npm() {
    return Stream.of("/usr/bin/npm", "/usr/local/bin/npm")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Installs what the lock file names, unless it is there already. */
  static void install(Path log) throws Exception {
    Path installed = PACKAGE.resolve("node_modules/.package-lock.json");
    Path locked = PACKAGE.resolve("package-lock.json");
    if (!Files.exists(installed)
        || Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(locked)) < 0) {
      npm(log, 300, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
    }
  }

  /** Runs npm in the package's folder and returns what it printed, if it ended with success. */
  static String npm(Path log, int seconds, String... arguments) throws Exception {
    List<String> command =
        Stream.concat(Stream.of(npm().orElseThrow().toString()), Stream.of(arguments)).toList();
    Process run = start(log, command.toArray(String[]::new));
    if (!run.waitFor(seconds, TimeUnit.SECONDS)) {
      run.descendants().forEach(ProcessHandle::destroyForcibly);
      run.destroyForcibly();
      throw new IllegalStateException(command + " took over " + seconds + " s");
    }
    String output = Files.readString(log);
    if (run.exitValue() != 0) {
      throw new IllegalStateException(command + " failed:\n" + output);
    }
    return output;
  }

  private static Process start(Path log, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(log.toFile()).directory(PACKAGE.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private void awaitListening() throws Exception {
    long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (process.isAlive() && System.nanoTime() - untilNs < 0) {
      try {
        get("/settings");
        return;
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    close();
    throw new IllegalStateException("does not start:\n" + Files.readString(log));
  }

  URI page(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).header("Accept", "application/json").build());
  }

  HttpResponse<String> post(String path, String type, byte[] body)
      throws IOException, InterruptedException {
    return send(posting(path, type, body));
  }

  CompletableFuture<HttpResponse<String>> postAsync(String path, String type, byte[] body) {
    return http.sendAsync(posting(path, type, body), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest posting(String path, String type, byte[] body) {
    return request(path)
        .header("Content-Type", type)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(page(path)).timeout(REQUEST_TIME);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Replaces all flows over the admin API, and waits until they have started. */
  void deploy(JsonArray flows) throws IOException, InterruptedException {
    JsonObject wanted = new JsonObject();
    wanted.add("flows", flows);
    HttpRequest request =
        request("/flows")
            .header("Content-Type", "application/json")
            .header("Node-RED-API-Version", "v2")
            .POST(HttpRequest.BodyPublishers.ofString(wanted.toString()))
            .build();
    try (Comms comms = comms()) {
      HttpResponse<String> response = send(request);
      if (response.statusCode() != 200) {
        throw new IllegalStateException(response.statusCode() + " " + response.body());
      }
      JsonObject deployed = JsonParser.parseString(response.body()).getAsJsonObject();
      comms.awaitStarted(deployed.get("rev").getAsString());
    }
  }

  /** Presses an inject node's button. */
  void inject(String id) throws IOException, InterruptedException {
    HttpResponse<String> response = post("/inject/" + id, "application/json", new byte[0]);
    if (response.statusCode() != 200) {
      throw new IllegalStateException(id + ": " + response.statusCode() + " " + response.body());
    }
  }

  /** What Node-RED tells its editor from now on. */
  Comms comms() {
    return new Comms(http, page("/comms"));
  }

  /** What Node-RED knows of the package's nodes. */
  List<JsonElement> nodeSets() throws IOException, InterruptedException {
    return JsonParser.parseString(get("/nodes").body()).getAsJsonArray().asList().stream()
        .filter(set -> NAME.equals(set.getAsJsonObject().get("module").getAsString()))
        .toList();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
