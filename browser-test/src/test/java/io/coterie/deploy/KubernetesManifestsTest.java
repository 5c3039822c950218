package io.coterie.deploy;

import static io.coterie.deploy.Manifests.at;
import static io.coterie.deploy.Manifests.list;
import static io.coterie.deploy.Manifests.podOf;
import static io.coterie.deploy.Manifests.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Manifests against the models of Kubernetes' API, and against each other. */
final class KubernetesManifestsTest {
  private static final Set<String> BY_HAND = Set.of("emqx-tls");

  private Manifests manifests;

  @BeforeEach
  void read() throws Exception {
    manifests = Manifests.read();
  }

  private JsonObject set(String name) {
    return manifests
        .of("StatefulSet")
        .filter(set -> Manifests.name(set).equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static JsonObject container(JsonObject set) {
    return list(podOf(set), "containers").get(0);
  }

  private List<String> dangling() {
    return CrossReferences.dangling(manifests, BY_HAND);
  }

  @Test
  void objectsHaveOnlyFieldsThatThereAre() {
    List<String> refused =
        manifests.objects().stream().map(Manifests::refused).flatMap(Optional::stream).toList();
    assertEquals(List.of(), refused);
    assertTrue(manifests.objects().size() > 10);
  }

  @Test
  void namesLeadSomewhere() throws Exception {
    assertEquals(List.of(), dangling());
    String page = Files.readString(Manifests.FOLDER.resolve("README.md"));
    BY_HAND.forEach(secret -> assertTrue(page.contains(secret), secret));
  }

  @Test
  void everyFileIsInTheKustomization() throws Exception {
    JsonObject kustomization =
        Manifests.documents(Manifests.FOLDER.resolve("kustomization.yaml")).get(0);
    Set<String> named = new TreeSet<>(Set.of("kustomization.yaml"));
    kustomization.getAsJsonArray("resources").forEach(file -> named.add(file.getAsString()));
    try (Stream<Path> files = Files.list(Manifests.FOLDER)) {
      assertEquals(
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".yaml"))
              .collect(Collectors.toCollection(TreeSet::new)),
          named);
    }
  }

  @Test
  void podsRunWithoutRightsAndWithLimits() {
    manifests
        .of("StatefulSet")
        .forEach(
            set -> {
              JsonObject pod = at(podOf(set), "securityContext");
              assertTrue(pod.get("runAsNonRoot").getAsBoolean());
              assertEquals("RuntimeDefault", text(at(pod, "seccompProfile"), "type"));
              JsonObject context = at(container(set), "securityContext");
              assertFalse(context.get("allowPrivilegeEscalation").getAsBoolean());
              assertEquals("[\"ALL\"]", at(context, "capabilities").get("drop").toString());
              for (String part : List.of("requests", "limits")) {
                assertTrue(at(container(set), "resources", part).has("memory"), part);
              }
            });
  }

  @Test
  void hubsAreAskedWhatTheyAnswer() {
    JsonObject hub = container(set("hub"));
    assertEquals("/v2/health/live", text(at(hub, "livenessProbe", "httpGet"), "path"));
    assertEquals("/v2/health/ready", text(at(hub, "readinessProbe", "httpGet"), "path"));
    assertTrue(at(set("hub"), "spec").get("replicas").getAsInt() >= 2);
  }

  @Test
  void mistakesAreNoticed() {
    assertNoticed(set -> container(set).addProperty("imagePullpolicy", "Always"));
    assertNoticed(set -> container(set).remove("name"));
    assertNoticed(set -> at(set, "spec").addProperty("replica", 2));
    assertNoticed(set -> podOf(set).addProperty("containers", "none"));
    assertNoticed(set -> set.addProperty("apiVersion", "apps/v1beta1"));
  }

  private static void assertNoticed(Consumer<JsonObject> mistake) {
    try {
      JsonObject set = Manifests.read().of("StatefulSet").findFirst().orElseThrow();
      mistake.accept(set);
      assertTrue(Manifests.refused(set).isPresent(), set.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void namesThatLeadNowhereAreNoticed() {
    JsonObject hub = set("hub");
    at(hub, "spec", "template", "metadata", "labels").addProperty("app.kubernetes.io/name", "x");
    List<String> dangling = dangling();
    for (String expected :
        List.of(
            "hub: selector",
            "hub: podSelector",
            "emqx: peer {\"app.kubernetes.io/name\":\"hub\"}")) {
      assertTrue(dangling.contains(expected), dangling.toString());
    }
  }

  @Test
  void portsKeysAndVolumesThatAreNotThereAreNoticed() {
    JsonObject emqx = set("emqx");
    list(container(emqx), "ports").get(0).addProperty("name", "other");
    list(podOf(emqx), "volumes").get(0).addProperty("name", "other");
    manifests.keys().remove("Secret/emqx-cluster");
    manifests.keys().remove("Secret/hub");
    List<String> dangling = dangling();
    for (String expected :
        List.of(
            "emqx: port of readinessProbe",
            "emqx: volume config",
            "emqx: key cookie",
            "hub: secret hub")) {
      assertTrue(dangling.contains(expected), dangling.toString());
    }
  }
}
