package io.coterie.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coterie.models.digits.MeterDigits;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The package for Node-RED in a real Node-RED, beside a hub and boards that are killed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class NodeRedIT {
  private static final String PNG = "image/png";
  private static final int PICTURES = 30;

  private BrowserFleet fleet;
  private NodeRed nodeRed;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(NodeRed.npm().isPresent(), NodeRed.MISSING);
    NodeRed.install(folder.resolve("ci.log"));
    fleet = new BrowserFleet(folder, 4);
    fleet.deploy();
    nodeRed = new NodeRed(Files.createDirectory(folder.resolve("node-red")));
    nodeRed.deploy(flows().all());
  }

  private ExampleFlows flows() throws Exception {
    return new ExampleFlows(fleet.port())
        .add("classify", BrowserFleet.NAME)
        .add("fleet", BrowserFleet.NAME)
        .add("plain-mqtt", BrowserFleet.NAME)
        .add("deploy", "second");
  }

  @AfterAll
  void stop() {
    if (nodeRed != null) {
      nodeRed.close();
    }
    if (fleet != null) {
      fleet.close();
    }
  }

  @Test
  @Order(1)
  void isLoadedWithoutErrors() throws Exception {
    assertEquals(4, nodeRed.nodeSets().size());
    for (JsonElement set : nodeRed.nodeSets()) {
      assertFalse(set.getAsJsonObject().has("err"), set::toString);
    }
  }

  @Test
  @Order(2)
  void answersPicturesWhileABoardIsKilled() throws Exception {
    try (Comms comms = nodeRed.comms()) {
      int right = 0;
      for (int i = 0; i < PICTURES; i++) {
        if (i == PICTURES / 3) {
          fleet.kill("board-1");
        }
        MeterDigits.Sample sample = MeterDigits.generate(77, i);
        right += isRight(classify(sample, 200), sample);
      }
      assertTrue(right >= PICTURES - 2, right + " of " + PICTURES + " were right");
      comms.awaitStatus("f1ee700000000002", "4 of 5 boards online");
      comms.awaitShown("fleet", state -> isOffline(state, "board-1"));
      nodeRed.inject("f1ee700000000001");
      comms.awaitShown("fleet", state -> isOffline(state, "board-1") && isAnswering(state));
    }
  }

  private JsonObject classify(MeterDigits.Sample sample, int status) throws Exception {
    HttpResponse<String> response = nodeRed.post("/coterie/classify", PNG, Digits.png(sample));
    assertEquals(status, response.statusCode(), response::body);
    return JsonParser.parseString(response.body()).getAsJsonObject();
  }

  private static int isRight(JsonObject result, MeterDigits.Sample sample) {
    return result.get("label").getAsString().equals(Integer.toString(sample.label())) ? 1 : 0;
  }

  private static boolean isOffline(JsonObject state, String board) {
    return state.getAsJsonArray("boards").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .filter(found -> found.get("id").getAsString().equals(board))
        .anyMatch(found -> !found.get("online").getAsBoolean());
  }

  private static boolean isAnswering(JsonObject state) {
    return state.getAsJsonArray("deployments").asList().stream()
        .allMatch(deployment -> deployment.getAsJsonObject().get("answering").getAsBoolean());
  }

  @Test
  @Order(3)
  void answersWithCoreNodesOnlyWhileABoardIsKilled() throws Exception {
    String before = "";
    int right = 0;
    for (int i = 0; i < PICTURES; i++) {
      if (i == PICTURES / 3) {
        fleet.kill("board-2");
      }
      MeterDigits.Sample sample = MeterDigits.generate(78, i);
      HttpResponse<String> taken = nodeRed.post("/plain/picture", PNG, Digits.png(sample));
      assertEquals(202, taken.statusCode(), taken::body);
      JsonObject result = plainResultAfter(before);
      right += isRight(result, sample);
      before = result.get("frame").getAsString();
    }
    assertTrue(right >= PICTURES - 2, right + " of " + PICTURES + " were right");
  }

  private JsonObject plainResultAfter(String before) throws Exception {
    for (int i = 0; i < 400; i++) {
      String text = nodeRed.get("/plain/result").body();
      JsonObject result = JsonParser.parseString(text).getAsJsonObject();
      if (result.has("frame") && !result.get("frame").getAsString().equals(before)) {
        return result;
      }
      Thread.sleep(25);
    }
    throw new IllegalStateException("no result within 10 s");
  }

  @Test
  @Order(4)
  void saysWhatIsWrongWithWhatIsNoPicture() throws Exception {
    assertRefused("text/plain", "<img src=x onerror=alert(1)>", "neither base64 nor a data URL");
    assertRefused("application/json", "{\"picture\":1}", "not of type object");
    assertRefused(PNG, "GIF89a", "no JPEG or PNG");
    assertRefused(PNG, "x".repeat(8 * 1024 * 1024 + 1), "has 8388609 bytes");
  }

  private void assertRefused(String type, String body, String reason) throws Exception {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    HttpResponse<String> response = nodeRed.post("/coterie/classify", type, bytes);
    assertEquals(400, response.statusCode(), response::body);
    assertTrue(response.body().contains(reason), response::body);
  }

  @Test
  @Order(5)
  void deploysChangesAndRemoves() throws Exception {
    try (Comms comms = nodeRed.comms()) {
      nodeRed.inject("de91000000000001");
      JsonObject deployed = comms.awaitShown("what runs", x -> true);
      assertTrue(deployed.getAsJsonObject("plan").get("complete").getAsBoolean());
      nodeRed.inject("de91000000000002");
      JsonObject spec = comms.awaitShown("what runs", x -> true).getAsJsonObject("spec");
      assertEquals(1_500, spec.get("deadlineMs").getAsInt());
      assertEquals(deployed.getAsJsonObject("spec").get("bundle"), spec.get("bundle"));
      nodeRed.inject("de91000000000003");
      comms.awaitShown("what runs", x -> x.get("spec").isJsonNull());
    }
  }

  @Test
  @Order(6)
  void answersWithMqtt311() throws Exception {
    ExampleFlows flows = flows();
    flows.only("coterie-broker").addProperty("version", "3.1.1");
    nodeRed.deploy(flows.all());
    MeterDigits.Sample sample = MeterDigits.generate(77, 3);
    Set<String> frames = new TreeSet<>();
    for (int i = 0; i < 2; i++) {
      JsonObject result = classify(sample, 200);
      assertEquals(1, isRight(result, sample), result::toString);
      frames.add(result.get("frame").getAsString());
    }
    assertEquals(1, frames.size(), "the same picture has the same hash");
    assertTrue(frames.iterator().next().startsWith("h:"), frames::toString);
  }

  @Test
  @Order(7)
  void answersRawTensors() throws Exception {
    JsonArray flows = flows().all();
    flows.add(
        JsonParser.parseString(
            """
            {"id": "7e45000000000001", "type": "http in", "z": "c1a551f900000000",
             "url": "/tensor", "method": "post", "wires": [["7e45000000000002"]]}
            """));
    flows.add(
        JsonParser.parseString(
            """
            {"id": "7e45000000000002", "type": "change", "z": "c1a551f900000000", "rules": [
              {"t": "set", "p": "dtype", "pt": "msg", "to": "uint8", "tot": "str"},
              {"t": "set", "p": "shape", "pt": "msg", "to": "3,32,32", "tot": "str"}],
             "wires": [["c1a551f900000003"]]}
            """));
    nodeRed.deploy(flows);
    MeterDigits.Sample sample = MeterDigits.generate(77, 3);
    HttpResponse<String> response =
        nodeRed.post("/tensor", "application/octet-stream", sample.image().values());
    assertEquals(200, response.statusCode(), response::body);
    assertEquals(1, isRight(JsonParser.parseString(response.body()).getAsJsonObject(), sample));
  }

  @Test
  @Order(8)
  void tellsThatADeploymentOrABundleIsUnknown() throws Exception {
    ExampleFlows flows = flows();
    flows.only("coterie-classify").addProperty("deployment", "unknown");
    flows.only("coterie-classify").addProperty("timeout", 2_500);
    flows.only("coterie-deploy").addProperty("bundle", "/nowhere");
    nodeRed.deploy(flows.all());
    try (Comms comms = nodeRed.comms()) {
      nodeRed.inject("de91000000000001");
      JsonObject error = comms.awaitShown("what is missing", x -> true);
      assertEquals("unreadable-file", error.get("code").getAsString(), error::toString);
    }
    JsonObject result = classify(MeterDigits.generate(77, 3), 503);
    assertEquals("rejected", result.get("status").getAsString());
    assertTrue(result.get("reason").getAsString().contains("'unknown'"), result::toString);
  }

  @Test
  @Order(9)
  void answersFramesThatWereOpenWhenTheBrokerWasKilled() throws Exception {
    ExampleFlows flows = flows();
    flows.only("coterie-classify").addProperty("timeout", 40_000);
    nodeRed.deploy(flows.all());
    MeterDigits.Sample first = MeterDigits.generate(77, 3);
    assertEquals(1, isRight(classify(first, 200), first));
    List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      byte[] picture = Digits.png(MeterDigits.generate(77, i));
      asked.add(nodeRed.postAsync("/coterie/classify", PNG, picture));
    }
    CompletableFuture.anyOf(asked.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    fleet.killHub();
    fleet.startHub();
    for (var one : asked) {
      HttpResponse<String> response = one.get(60, TimeUnit.SECONDS);
      assertEquals(200, response.statusCode(), response::body);
    }
  }

  @Test
  @Order(10)
  void keepsFramesWhileTheBrokerIsGone() throws Exception {
    ExampleFlows flows = flows();
    flows.only("coterie-classify").addProperty("timeout", 40_000);
    flows.only("coterie-classify").addProperty("queue", 2);
    nodeRed.deploy(flows.all());
    MeterDigits.Sample sample = MeterDigits.generate(77, 3);
    assertEquals(1, isRight(classify(sample, 200), sample));
    try (Comms comms = nodeRed.comms()) {
      fleet.killHub();
      comms.awaitShown("fleet", state -> !state.get("connected").getAsBoolean());
    }
    byte[] picture = Digits.png(sample);
    List<CompletableFuture<HttpResponse<String>>> asked =
        Stream.generate(() -> nodeRed.postAsync("/coterie/classify", PNG, picture))
            .limit(3)
            .toList();
    CompletableFuture.anyOf(asked.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    fleet.startHub();
    List<String> answers = new ArrayList<>();
    for (var one : asked) {
      answers.add(one.get(60, TimeUnit.SECONDS).body());
    }
    assertEquals(
        1, answers.stream().filter(a -> a.contains("no connection")).count(), () -> "" + answers);
    assertEquals(
        2,
        answers.stream().filter(a -> a.contains("\"status\":\"ok\"")).count(),
        () -> "" + answers);
  }
}
