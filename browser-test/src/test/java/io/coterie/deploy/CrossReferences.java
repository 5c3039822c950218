package io.coterie.deploy;

import static io.coterie.deploy.Manifests.at;
import static io.coterie.deploy.Manifests.list;
import static io.coterie.deploy.Manifests.name;
import static io.coterie.deploy.Manifests.podOf;
import static io.coterie.deploy.Manifests.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names in manifests that have to be there elsewhere, which Kubernetes does not check. */
final class CrossReferences {
  private final Manifests manifests;

  /** Secrets that people make by hand. */
  private final Set<String> byHand;

  private final List<String> dangling = new ArrayList<>();

  private CrossReferences(Manifests manifests, Set<String> byHand) {
    this.manifests = manifests;
    this.byHand = byHand;
  }

  /** The names that lead nowhere. */
  static List<String> dangling(Manifests manifests, Set<String> byHand) {
    CrossReferences check = new CrossReferences(manifests, byHand);
    manifests.of("StatefulSet").forEach(check::statefulSet);
    manifests.of("Service").forEach(check::service);
    manifests.of("PodDisruptionBudget").forEach(check::budget);
    manifests.of("NetworkPolicy").forEach(check::policy);
    return check.dangling;
  }

  private void require(boolean there, String what) {
    if (!there) {
      dangling.add(what);
    }
  }

  private void statefulSet(JsonObject set) {
    String name = name(set);
    JsonObject labels = at(set, "spec", "template", "metadata", "labels");
    require(matches(at(set, "spec", "selector", "matchLabels"), labels), name + ": selector");
    String service = text(at(set, "spec"), "serviceName");
    require(
        manifests.of("Service").anyMatch(other -> name(other).equals(service)),
        name + ": serviceName " + service);
    Set<String> volumes = new HashSet<>();
    list(at(set, "spec"), "volumeClaimTemplates").forEach(claim -> volumes.add(name(claim)));
    for (JsonObject volume : list(podOf(set), "volumes")) {
      volumes.add(text(volume, "name"));
      source(name, volume);
    }
    list(podOf(set), "containers").forEach(container -> container(name, container, volumes));
  }

  private void source(String set, JsonObject volume) {
    if (volume.has("configMap")) {
      String map = text(volume.get("configMap"), "name");
      require(manifests.keys().containsKey("ConfigMap/" + map), set + ": config map " + map);
    }
    if (volume.has("secret")) {
      String secret = text(volume.get("secret"), "secretName");
      require(
          manifests.keys().containsKey("Secret/" + secret) || byHand.contains(secret),
          set + ": secret " + secret);
    }
  }

  private void container(String set, JsonObject container, Set<String> volumes) {
    for (JsonObject mount : list(container, "volumeMounts")) {
      require(volumes.contains(text(mount, "name")), set + ": volume " + text(mount, "name"));
      if (mount.has("subPath")) {
        String key = text(mount, "subPath");
        require(
            manifests.keys().values().stream().anyMatch(keys -> keys.contains(key)),
            set + ": key " + key);
      }
    }
    for (JsonObject variable : list(container, "env")) {
      JsonObject reference = at(variable, "valueFrom", "secretKeyRef");
      if (reference.has("key")) {
        Set<String> keys =
            manifests.keys().getOrDefault("Secret/" + text(reference, "name"), Set.of());
        require(keys.contains(text(reference, "key")), set + ": key " + text(reference, "key"));
      }
    }
    Set<String> ports = portNames(container);
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      require(container.has(probe), set + ": no " + probe);
      for (String way : List.of("httpGet", "tcpSocket")) {
        JsonObject target = at(container, probe, way);
        require(
            !target.has("port") || ports.contains(text(target, "port")),
            set + ": port of " + probe);
      }
    }
  }

  private static Set<String> portNames(JsonObject container) {
    Set<String> names = new HashSet<>();
    list(container, "ports").forEach(port -> names.add(text(port, "name")));
    return names;
  }

  private void service(JsonObject service) {
    List<JsonObject> sets = sets(at(service, "spec", "selector"));
    require(!sets.isEmpty(), name(service) + ": selector");
    for (JsonObject port : list(at(service, "spec"), "ports")) {
      require(havePort(sets, port.get("targetPort")), name(service) + ": port " + port);
    }
  }

  private void budget(JsonObject budget) {
    require(
        !sets(at(budget, "spec", "selector", "matchLabels")).isEmpty(),
        name(budget) + ": selector");
  }

  private void policy(JsonObject policy) {
    List<JsonObject> own = sets(at(policy, "spec", "podSelector", "matchLabels"));
    require(!own.isEmpty(), name(policy) + ": podSelector");
    for (JsonObject rule : list(at(policy, "spec"), "ingress")) {
      list(rule, "from").forEach(peer -> peer(policy, peer));
      for (JsonObject port : list(rule, "ports")) {
        require(havePort(own, port.get("port")), name(policy) + ": port " + port);
      }
    }
    for (JsonObject rule : list(at(policy, "spec"), "egress")) {
      for (JsonObject to : list(rule, "to")) {
        peer(policy, to);
        List<JsonObject> others = sets(at(to, "podSelector", "matchLabels"));
        for (JsonObject port : list(rule, "ports")) {
          require(havePort(others, port.get("port")), name(policy) + ": port " + port);
        }
      }
    }
  }

  private void peer(JsonObject policy, JsonObject peer) {
    JsonObject labels = at(peer, "podSelector", "matchLabels");
    require(labels.isEmpty() || !sets(labels).isEmpty(), name(policy) + ": peer " + labels);
  }

  private List<JsonObject> sets(JsonObject selector) {
    return manifests
        .of("StatefulSet")
        .filter(set -> matches(selector, at(set, "spec", "template", "metadata", "labels")))
        .toList();
  }

  private static boolean havePort(List<JsonObject> sets, JsonElement port) {
    boolean named = port instanceof JsonPrimitive primitive && primitive.isString();
    return !named
        || sets.stream()
            .flatMap(set -> list(podOf(set), "containers").stream())
            .anyMatch(container -> portNames(container).contains(port.getAsString()));
  }

  private static boolean matches(JsonObject selector, JsonObject labels) {
    return !selector.isEmpty()
        && selector.entrySet().stream()
            .allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())));
  }
}
