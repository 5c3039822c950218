package io.coterie.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** Compose files against the schema of the Compose Specification, and against themselves. */
final class ComposeFilesTest {
  private static final Path FOLDER = Path.of("../deploy/compose");
  private static JsonSchema schema;

  @BeforeAll
  static void readSchema() throws IOException {
    try (InputStream in = ComposeFilesTest.class.getResourceAsStream("compose-spec.json")) {
      JsonNode text = new ObjectMapper().readTree(in);
      removeIds(text);
      schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V201909).getSchema(text);
    }
  }

  /** The schema says to be of draft 2019-09, and has keys of draft 4, which nothing refers to. */
  private static void removeIds(JsonNode node) {
    if (node instanceof ObjectNode object && object.path("id").isTextual()) {
      object.remove("id");
    }
    node.forEach(ComposeFilesTest::removeIds);
  }

  /** With what YAML's merge keys stand for put in. */
  private static ObjectNode read(String file) throws IOException {
    Object content = new Yaml().load(Files.readString(FOLDER.resolve(file)));
    return new ObjectMapper().convertValue(content, ObjectNode.class);
  }

  private static Set<String> wrong(JsonNode file) {
    Set<String> wrong = new TreeSet<>();
    for (ValidationMessage message : schema.validate(file)) {
      wrong.add(message.getMessage());
    }
    names(file, "networks", "networks", wrong);
    names(file, "secrets", "secrets", wrong);
    names(file, "depends_on", "services", wrong);
    volumes(file, wrong);
    return wrong;
  }

  /** What services name has to be there. */
  private static void names(JsonNode file, String in, String of, Set<String> wrong) {
    for (JsonNode service : file.path("services")) {
      Consumer<String> check =
          name -> {
            if (!file.path(of).has(name)) {
              wrong.add(in + ": nothing in " + of + " is called " + name);
            }
          };
      JsonNode names = service.path(in);
      if (names.isObject()) {
        names.fieldNames().forEachRemaining(check);
      } else {
        names.forEach(name -> check.accept(name.asText()));
      }
    }
  }

  private static void volumes(JsonNode file, Set<String> wrong) {
    for (JsonNode service : file.path("services")) {
      for (JsonNode volume : service.path("volumes")) {
        String source = volume.asText().split(":", 2)[0];
        boolean there =
            source.startsWith("../")
                ? Files.exists(FOLDER.resolve(source))
                : source.startsWith("./") || file.path("volumes").has(source);
        if (!there) {
          wrong.add("volumes: there is no " + source);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"emqx.yaml", "hivemq.yaml"})
  void filesAreWhatComposeTakes(String name) throws Exception {
    ObjectNode file = read(name);
    assertEquals(Set.of(), wrong(file));
    assertTrue(file.path("services").size() >= 3, name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"emqx.yaml", "hivemq.yaml"})
  void imagesAreBuiltFromThisCheckout(String name) throws Exception {
    JsonNode build = read(name).at("/services/hub1/build");
    Path context = FOLDER.resolve(build.path("context").asText());
    assertTrue(Files.exists(context.resolve(build.path("dockerfile").asText())));
    assertTrue(Files.exists(context.resolve("coterie")), "the root of the checkout");
  }

  @Test
  void anUnknownKeyIsNoticed() throws Exception {
    ObjectNode file = read("emqx.yaml");
    ((ObjectNode) file.at("/services/hub1")).put("memlimit", "1g");
    assertFalse(wrong(file).isEmpty());
  }

  @Test
  void aWrongTypeIsNoticed() throws Exception {
    ObjectNode file = read("hivemq.yaml");
    ((ObjectNode) file.at("/services/hub1")).put("cap_drop", 7);
    assertFalse(wrong(file).isEmpty());
  }

  @Test
  void aNameThatIsNotThereIsNoticed() throws Exception {
    ObjectNode file = read("emqx.yaml");
    ((ObjectNode) file.path("secrets")).remove("hub.json");
    assertEquals(Set.of("secrets: nothing in secrets is called hub.json"), wrong(file));
    ObjectNode other = read("hivemq.yaml");
    ((ObjectNode) other.path("volumes")).remove("hub2");
    assertEquals(Set.of("volumes: there is no hub2"), wrong(other));
  }
}
