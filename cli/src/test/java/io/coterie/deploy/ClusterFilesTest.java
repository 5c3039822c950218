package io.coterie.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.cli.CommandLines;
import io.coterie.protocol.bus.ConnectionOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What the files for clusters say to our commands is what these understand. */
final class ClusterFilesTest {
  private static final Path DEPLOY = Path.of("../deploy");
  private static final List<String> ACL =
      List.of(
          "deploy-acl",
          "--format",
          "emqx",
          "--hub",
          "hub",
          "--agent",
          "kitchen",
          "--agent",
          "attic",
          "--publisher",
          "cam1",
          "--operator",
          "me");

  /** Every list of words that begins with {@code up}, wherever it is in the file. */
  private static List<List<String>> commands(Path file) throws IOException {
    List<List<String>> found = new ArrayList<>();
    for (Object document : new Yaml().loadAll(Files.readString(file))) {
      collect(document, found);
    }
    return found;
  }

  private static void collect(Object node, List<List<String>> found) {
    if (node instanceof Map<?, ?> map) {
      map.values().forEach(value -> collect(value, found));
    } else if (node instanceof List<?> list) {
      if (!list.isEmpty() && "up".equals(list.get(0))) {
        found.add(list.stream().map(String::valueOf).toList());
      }
      list.forEach(value -> collect(value, found));
    }
  }

  private static List<List<String>> ups() throws IOException {
    List<List<String>> all = new ArrayList<>();
    for (String file : List.of("compose/emqx.yaml", "compose/hivemq.yaml", "kubernetes/hub.yaml")) {
      List<List<String>> found = commands(DEPLOY.resolve(file));
      assertFalse(found.isEmpty(), file);
      all.addAll(found);
    }
    return all;
  }

  private static void parse(List<String> words) {
    CommandLine line = CommandLines.commandLine();
    line.parseArgs(words.toArray(new String[0]));
  }

  private static String option(List<String> words, String name) {
    return words.get(words.indexOf(name) + 1);
  }

  @Test
  void hubsAreStartedWithOptionsThatThereAre() throws Exception {
    for (List<String> words : ups()) {
      parse(words);
      assertFalse(ConnectionOptions.parseBrokers(option(words, "--broker")).isEmpty());
      assertTrue(words.contains("--open"), "else probes and ports reach nobody: " + words);
    }
    assertThrows(
        ParameterException.class, () -> parse(List.of("up", "--broker", "mqtt://a", "--brokre")));
  }

  @Test
  void hubsOfOneFleetHaveNamesOfTheirOwn() throws Exception {
    for (String file : List.of("compose/emqx.yaml", "compose/hivemq.yaml")) {
      List<String> ids =
          commands(DEPLOY.resolve(file)).stream().map(words -> option(words, "--id")).toList();
      assertEquals(List.of("hub1", "hub2"), ids);
    }
    List<String> words = commands(DEPLOY.resolve("kubernetes/hub.yaml")).get(0);
    assertEquals("$(POD_NAME)", option(words, "--id"));
  }

  @Test
  void theAccessListIsTheOneThatOurCommandPrints() throws Exception {
    assertEquals(
        Files.readString(DEPLOY.resolve("kubernetes/emqx/acl.conf")),
        printed(ACL),
        "write it: " + String.join(" ", ACL));
  }

  private static String printed(List<String> command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      assertEquals(0, CommandLines.execute(command));
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theImageHasTheFilesThatItCopies() throws Exception {
    String dockerfile = Files.readString(DEPLOY.resolve("image/Dockerfile"));
    for (String file : List.of("deploy/image/coterie", "LICENSE", "models/zoo")) {
      assertTrue(dockerfile.contains(file), file);
      assertTrue(Files.exists(DEPLOY.resolveSibling(file)), file);
    }
    assertTrue(Files.isExecutable(DEPLOY.resolve("image/coterie")));
    String start = Files.readString(DEPLOY.resolve("image/coterie"));
    assertTrue(start.contains("io.coterie.cli.Main"), start);
  }
}
