package io.coterie.browser;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package for Node-RED by itself. */
final class NodeRedPackageIT {
  /** The validator's, but for D03: whether a dependency has a newer release depends on the day. */
  private static final List<String> CHECKS =
      List.of("P01", "P03", "P04", "P05", "P06", "P07", "P08", "N01", "N02", "D01", "D02");

  @TempDir Path folder;

  @BeforeEach
  void install() throws Exception {
    Assumptions.assumeTrue(NodeRed.npm().isPresent(), NodeRed.MISSING);
    NodeRed.install(folder.resolve("ci.log"));
  }

  @Test
  void keepsThePromisesOfItsOwnTests() throws Exception {
    NodeRed.npm(folder.resolve("test.log"), 60, "test");
  }

  @Test
  void satisfiesNodeRedsValidator() throws Exception {
    Path card = folder.resolve("scorecard.json");
    Path log = folder.resolve("validate.log");
    NodeRed.npm(log, 120, "run", "validate", "--", "--output", card.toString());
    JsonObject tests = JsonParser.parseString(Files.readString(card)).getAsJsonObject();
    for (String name : CHECKS) {
      assertNotNull(tests.get(name), () -> name + " was not made: " + tests);
      assertTrue(tests.getAsJsonObject(name).get("test").getAsBoolean(), () -> name + ": " + tests);
    }
  }
}
