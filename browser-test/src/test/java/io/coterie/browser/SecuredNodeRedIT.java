package io.coterie.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coterie.broker.access.CredentialStore;
import io.coterie.lab.processes.FreePorts;
import io.coterie.models.digits.MeterDigits;
import io.coterie.protocol.access.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The package for Node-RED at a hub that asks for TLS and credentials, and has no boards. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SecuredNodeRedIT {
  private static final String CLASSIFY = "c1a551f900000003";
  private static final String FLEET = "f1ee700000000002";

  private final int port = FreePorts.free();
  private final int tlsPort = FreePorts.free();
  private final int httpPort = FreePorts.free();
  private Path security;
  private Program hub;
  private NodeRed nodeRed;
  private String publisher;
  private String viewer;

  SecuredNodeRedIT() throws Exception {}

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(NodeRed.npm().isPresent(), NodeRed.MISSING);
    NodeRed.install(folder.resolve("ci.log"));
    security = folder.resolve("hub").resolve("security");
    CredentialStore credentials = new CredentialStore(security);
    publisher = credentials.add("cam", Role.PUBLISHER);
    viewer = credentials.add("wall", Role.VIEWER);
    hub = new Program(folder.resolve("hub.log"), arguments(folder.resolve("hub"))).start();
    hub.awaitListening(httpPort);
    nodeRed = new NodeRed(Files.createDirectory(folder.resolve("node-red")));
  }

  private List<String> arguments(Path state) {
    return List.of(
        "up",
        "--port",
        Integer.toString(port),
        "--tls-port",
        Integer.toString(tlsPort),
        "--http-port",
        Integer.toString(httpPort),
        "--https-port",
        Integer.toString(freePort()),
        "--websocket-port",
        Integer.toString(freePort()),
        "--state",
        state.toString());
  }

  private static int freePort() {
    try {
      return FreePorts.free();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  void stop() {
    if (nodeRed != null) {
      nodeRed.close();
    }
    if (hub != null) {
      hub.close();
    }
  }

  /** The examples with this login, at two addresses of which nobody listens at the first. */
  private JsonArray flows(String user, String password) throws Exception {
    ExampleFlows flows = new ExampleFlows(port).add("classify", "unknown").add("fleet", "unknown");
    JsonObject broker = flows.only("coterie-broker");
    String dead = "mqtts://127.0.0.1:" + freePort();
    broker.addProperty("addresses", dead + ", mqtts://127.0.0.1:" + tlsPort);
    broker.addProperty("tls", "71500000000000c0");
    JsonObject login = new JsonObject();
    login.addProperty("user", user);
    login.addProperty("password", password);
    broker.add("credentials", login);
    JsonArray all = flows.all();
    all.add(
        JsonParser.parseString(
            """
            {"id": "71500000000000c0", "type": "tls-config", "name": "", "cert": "", "key": "",
             "ca": "%s", "verifyservercert": true, "servername": ""}
            """
                .formatted(security.resolve("ca.crt"))));
    return all;
  }

  @Test
  void letsAPublisherClassifyButNotSee() throws Exception {
    try (Comms comms = nodeRed.comms()) {
      nodeRed.deploy(flows("cam", publisher));
      comms.awaitStatus(FLEET, "does not let this user read");
    }
    HttpResponse<String> response =
        nodeRed.post("/coterie/classify", "image/png", Digits.png(MeterDigits.generate(77, 3)));
    assertEquals(503, response.statusCode(), response::body);
    assertTrue(response.body().contains("\"status\":\"rejected\""), response::body);
  }

  @Test
  void letsAViewerSeeButNotClassify() throws Exception {
    try (Comms comms = nodeRed.comms()) {
      nodeRed.deploy(flows("wall", viewer));
      JsonObject state =
          comms.awaitShown("fleet", x -> x.getAsJsonObject("hub").get("leading").getAsBoolean());
      assertTrue(state.get("connected").getAsBoolean());
    }
    HttpResponse<String> response =
        nodeRed.post("/coterie/classify", "image/png", Digits.png(MeterDigits.generate(77, 4)));
    assertEquals(503, response.statusCode(), response::body);
    assertTrue(response.body().contains("the broker did not take"), response::body);
  }

  @Test
  void saysThatALoginIsWrong() throws Exception {
    try (Comms comms = nodeRed.comms()) {
      nodeRed.deploy(flows("cam", "guess"));
      comms.awaitStatus(CLASSIFY, "Not authorized");
    }
  }
}
