package io.coterie.orchestrator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.orchestrator.deployment.Fixtures;
import io.coterie.protocol.message.DeploymentSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecFileTest {
  private static final Map<String, DeploymentSpec> SPECS =
      Map.of("cam", Fixtures.spec(Fixtures.manifest(2), 0.9));

  @TempDir private Path folder;

  @Test
  void keepsSpecs() {
    new SpecFile(file()).write(SPECS);
    assertEquals(SPECS, new SpecFile(file()).read());
  }

  @Test
  void isEmptyAtFirst() {
    assertEquals(Map.of(), new SpecFile(file()).read());
  }

  @Test
  void keepsNothingWithoutAFile() {
    SpecFile none = new SpecFile(Optional.empty());
    none.write(SPECS);
    assertEquals(Map.of(), none.read());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "\u0000\u0001",
        "{\"deployments\":{\"a b\":{}}}",
        "{\"deployments\":{\"x\":{}}}"
      })
  void dropsADamagedFile(String content) throws IOException {
    Files.writeString(file().orElseThrow(), content);
    SpecFile damaged = new SpecFile(file());
    assertEquals(Map.of(), damaged.read());
    damaged.write(SPECS);
    assertEquals(SPECS, damaged.read());
  }

  @Test
  void goesOnWhereTheDiskFails() {
    new SpecFile(Optional.of(folder.resolve("no/such/folder/file"))).write(SPECS);
  }

  private Optional<Path> file() {
    return Optional.of(folder.resolve("deployments.json"));
  }
}
