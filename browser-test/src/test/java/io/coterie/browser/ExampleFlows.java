package io.coterie.browser;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The package's example flows as they are, but for where the broker and the bundles are. */
final class ExampleFlows {
  private final Map<String, JsonObject> nodes = new LinkedHashMap<>();
  private final int brokerPort;

  ExampleFlows(int brokerPort) {
    this.brokerPort = brokerPort;
  }

  /** Adds an example's nodes; a broker that several have is there once. */
  ExampleFlows add(String example, String deployment) throws IOException {
    String text =
        Files.readString(NodeRed.PACKAGE.resolve("examples").resolve(example + ".json"))
            .replace("127.0.0.1:1883", "127.0.0.1:" + brokerPort)
            .replace("\"port\": \"1883\"", "\"port\": \"" + brokerPort + "\"")
            .replace("/opt/coterie/models", Path.of("../models").toAbsolutePath().toString())
            .replace("\"deployment\": \"meter-digits\"", "\"deployment\": \"" + deployment + "\"")
            .replace("deployments/meter-digits/", "deployments/" + deployment + "/");
    for (JsonElement node : JsonParser.parseString(text).getAsJsonArray()) {
      nodes.put(node.getAsJsonObject().get("id").getAsString(), node.getAsJsonObject());
    }
    return this;
  }

  /** The only node of that type. */
  JsonObject only(String type) {
    return nodes.values().stream()
        .filter(node -> node.get("type").getAsString().equals(type))
        .reduce(
            (one, other) -> {
              throw new IllegalStateException("several are of type " + type);
            })
        .orElseThrow();
  }

  JsonArray all() {
    JsonArray array = new JsonArray();
    nodes.values().forEach(array::add);
    return array;
  }
}
