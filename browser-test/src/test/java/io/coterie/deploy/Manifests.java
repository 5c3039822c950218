package io.coterie.deploy;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/**
 * The manifests in {@code deploy/kubernetes}, as JSON, and what they say about each other.
 *
 * @param objects everything that the kustomization names
 * @param keys of config maps and secrets, by kind and name
 */
record Manifests(List<JsonObject> objects, Map<String, Set<String>> keys) {
  static final Path FOLDER = Path.of("../deploy/kubernetes");

  /** Throws where an object has what its kind does not know, or lacks what it needs. */
  private interface Kind {
    void check(JsonElement object) throws IOException;
  }

  private static final Map<String, Kind> KINDS =
      Map.of(
          "v1/Namespace", V1Namespace::validateJsonElement,
          "v1/Secret", V1Secret::validateJsonElement,
          "v1/Service", V1Service::validateJsonElement,
          "apps/v1/StatefulSet", V1StatefulSet::validateJsonElement,
          "policy/v1/PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
          "networking.k8s.io/v1/NetworkPolicy", V1NetworkPolicy::validateJsonElement);

  /** Those on disk. */
  static Manifests read() throws IOException {
    JsonObject kustomization = documents(FOLDER.resolve("kustomization.yaml")).get(0);
    List<JsonObject> objects = new ArrayList<>();
    for (JsonElement resource : kustomization.getAsJsonArray("resources")) {
      objects.addAll(documents(FOLDER.resolve(resource.getAsString())));
    }
    Map<String, Set<String>> keys = new HashMap<>();
    for (JsonElement map : kustomization.getAsJsonArray("configMapGenerator")) {
      Set<String> files = new HashSet<>();
      for (JsonElement file : map.getAsJsonObject().getAsJsonArray("files")) {
        files.add(FOLDER.resolve(file.getAsString()).toRealPath().getFileName().toString());
      }
      keys.put("ConfigMap/" + text(map, "name"), files);
    }
    for (JsonObject object : objects) {
      if (text(object, "kind").equals("Secret")) {
        keys.put("Secret/" + name(object), object.getAsJsonObject("stringData").keySet());
      }
    }
    return new Manifests(objects, keys);
  }

  static List<JsonObject> documents(Path file) throws IOException {
    List<JsonObject> documents = new ArrayList<>();
    for (Object document : new Yaml().loadAll(Files.readString(file))) {
      documents.add(new Gson().toJsonTree(document).getAsJsonObject());
    }
    return documents;
  }

  /** What Kubernetes would not take; empty where all is well. */
  static Optional<String> refused(JsonObject object) {
    String kind = text(object, "apiVersion") + "/" + text(object, "kind");
    if (!KINDS.containsKey(kind)) {
      return Optional.of("no such kind: " + kind);
    }
    try {
      KINDS.get(kind).check(object);
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.of(kind + ": " + e.getMessage());
    }
  }

  Stream<JsonObject> of(String kind) {
    return objects.stream().filter(object -> text(object, "kind").equals(kind));
  }

  static String text(JsonElement object, String field) {
    return object.getAsJsonObject().get(field).getAsString();
  }

  static String name(JsonObject object) {
    return text(object.get("metadata"), "name");
  }

  static JsonObject podOf(JsonObject set) {
    return at(set, "spec", "template", "spec");
  }

  /** What is there, or an empty object. */
  static JsonObject at(JsonObject from, String... path) {
    JsonObject at = from;
    for (String field : path) {
      at = at.has(field) ? at.getAsJsonObject(field) : new JsonObject();
    }
    return at;
  }

  /** The objects in a list that may be missing. */
  static List<JsonObject> list(JsonObject from, String field) {
    JsonArray found = from.has(field) ? from.getAsJsonArray(field) : new JsonArray();
    return StreamSupport.stream(found.spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }
}
