package io.coterie.orchestrator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.orchestrator.deployment.Fixtures;
import io.coterie.orchestrator.deployment.PersistedState;
import io.coterie.orchestrator.learning.Learnt;
import io.coterie.protocol.message.Assignment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFileTest {
  private static final PersistedState KEPT =
      new PersistedState(
          Map.of("cam", Fixtures.spec(Fixtures.manifest(2), 0.9)),
          Map.of(),
          Map.of("pi", new Assignment(3, 7, List.of(), List.of())),
          4,
          7,
          Learnt.NOTHING.met("pi", 3).lost("pi"),
          Map.of("cam", Fixtures.spec(Fixtures.manifest(1), 0.9)));

  @TempDir private Path folder;

  @Test
  void keepsEverything() {
    new StateFile(file()).write(KEPT);
    assertEquals(KEPT, new StateFile(file()).read());
  }

  @Test
  void readsFilesOfReleasesThatDidNotLearn() throws IOException {
    Files.writeString(
        file().orElseThrow(), "{\"deployments\":{},\"plans\":{},\"assignments\":{},\"epoch\":7}");
    PersistedState old = new StateFile(file()).read();
    assertEquals(7, old.epoch());
    assertEquals(Learnt.NOTHING, old.learnt());
  }

  @Test
  void isEmptyAtFirst() {
    assertEquals(PersistedState.NOTHING, new StateFile(file()).read());
  }

  @Test
  void keepsNothingWithoutAFile() {
    StateFile none = new StateFile(Optional.empty());
    none.write(KEPT);
    assertEquals(PersistedState.NOTHING, none.read());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "\u0000\u0001",
        "{\"deployments\":{\"a b\":{}}}",
        "{\"deployments\":{\"x\":{}}}",
        "{\"epoch\":-1}"
      })
  void dropsADamagedFile(String content) throws IOException {
    Files.writeString(file().orElseThrow(), content);
    StateFile damaged = new StateFile(file());
    assertEquals(PersistedState.NOTHING, damaged.read());
    damaged.write(KEPT);
    assertEquals(KEPT, damaged.read());
  }

  @Test
  void goesOnWhereTheDiskFails() {
    new StateFile(Optional.of(folder.resolve("no/such/folder/file"))).write(KEPT);
  }

  private Optional<Path> file() {
    return Optional.of(folder.resolve("orchestrator.json"));
  }
}
