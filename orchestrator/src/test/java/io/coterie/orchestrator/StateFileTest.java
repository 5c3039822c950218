package io.coterie.orchestrator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.orchestrator.deployment.Fixtures;
import io.coterie.orchestrator.deployment.PersistedState;
import io.coterie.orchestrator.learning.Learnt;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.runtime.FolderStore;
import io.coterie.protocol.runtime.Store;
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
  void keepsEverything() throws IOException {
    new StateFile(store()).write(KEPT);
    assertEquals(KEPT, new StateFile(store()).read());
  }

  @Test
  void readsFilesOfReleasesThatDidNotLearn() throws IOException {
    Files.writeString(
        folder.resolve("orchestrator.json"),
        "{\"deployments\":{},\"plans\":{},\"assignments\":{},\"epoch\":7}");
    PersistedState old = new StateFile(store()).read();
    assertEquals(7, old.epoch());
    assertEquals(Learnt.NOTHING, old.learnt());
  }

  @Test
  void isEmptyAtFirst() throws IOException {
    assertEquals(PersistedState.NOTHING, new StateFile(store()).read());
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
        "{\"epoch\":-1}",
        "{\"version\":3,\"epoch\":7}",
        "{\"version\":-1}"
      })
  void putsAFileAsideThatItCannotUse(String content) throws IOException {
    Files.writeString(folder.resolve("orchestrator.json"), content);
    StateFile damaged = new StateFile(store());
    assertEquals(PersistedState.NOTHING, damaged.read());
    damaged.write(KEPT);
    assertEquals(KEPT, damaged.read());
    assertEquals(content, Files.readString(folder.resolve("orchestrator.json.bad")));
  }

  @Test
  void replacesNoFileThatWasPutAside() throws IOException {
    for (String content : List.of("first", "second", "third")) {
      Files.writeString(folder.resolve("orchestrator.json"), content);
      assertEquals(PersistedState.NOTHING, new StateFile(store()).read());
    }
    assertEquals("first", Files.readString(folder.resolve("orchestrator.json.bad")));
    assertEquals("second", Files.readString(folder.resolve("orchestrator.json.bad-2")));
    assertEquals("third", Files.readString(folder.resolve("orchestrator.json.bad-3")));
  }

  /** As it was before files had versions, plans generations, and reasons codes. */
  @Test
  void migratesFilesWithoutAVersion() throws IOException {
    StateFile state = new StateFile(store());
    state.write(KEPT);
    String now = Files.readString(folder.resolve("orchestrator.json"));
    assertTrue(now.startsWith("{\"version\":2,"), now);
    Files.writeString(folder.resolve("orchestrator.json"), now.replace("\"version\":2,", ""));
    assertEquals(KEPT, state.read());
  }

  @Test
  void goesOnWhereTheDiskFails() throws IOException {
    StateFile file = new StateFile(store());
    Files.delete(folder.resolve("models"));
    Files.delete(folder);
    file.write(KEPT);
    assertEquals(PersistedState.NOTHING, file.read());
  }

  private Optional<Store> store() throws IOException {
    return Optional.of(new FolderStore(folder));
  }
}
