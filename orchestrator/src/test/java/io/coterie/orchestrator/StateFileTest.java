package io.coterie.orchestrator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.orchestrator.deployment.Fixtures;
import io.coterie.orchestrator.deployment.Kept;
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
  private static final Kept KEPT =
      new Kept(
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
    Kept old = new StateFile(file()).read();
    assertEquals(7, old.epoch());
    assertEquals(Learnt.NOTHING, old.learnt());
  }

  @Test
  void isEmptyAtFirst() {
    assertEquals(Kept.NOTHING, new StateFile(file()).read());
  }

  @Test
  void keepsNothingWithoutAFile() {
    StateFile none = new StateFile(Optional.empty());
    none.write(KEPT);
    assertEquals(Kept.NOTHING, none.read());
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
    Files.writeString(file().orElseThrow(), content);
    StateFile damaged = new StateFile(file());
    assertEquals(Kept.NOTHING, damaged.read());
    damaged.write(KEPT);
    assertEquals(KEPT, damaged.read());
    assertEquals(content, Files.readString(folder.resolve("orchestrator.json.bad")));
  }

  @Test
  void replacesNoFileThatWasPutAside() throws IOException {
    for (String content : List.of("first", "second", "third")) {
      Files.writeString(file().orElseThrow(), content);
      assertEquals(Kept.NOTHING, new StateFile(file()).read());
    }
    assertEquals("first", Files.readString(folder.resolve("orchestrator.json.bad")));
    assertEquals("second", Files.readString(folder.resolve("orchestrator.json.bad-2")));
    assertEquals("third", Files.readString(folder.resolve("orchestrator.json.bad-3")));
  }

  /** As it was before files had versions, plans generations, and reasons codes. */
  @Test
  void migratesFilesWithoutAVersion() throws IOException {
    StateFile state = new StateFile(file());
    state.write(KEPT);
    String now = Files.readString(file().orElseThrow());
    assertTrue(now.startsWith("{\"version\":2,"), now);
    Files.writeString(file().orElseThrow(), now.replace("\"version\":2,", ""));
    assertEquals(KEPT, state.read());
  }

  @Test
  void goesOnWhereTheDiskFails() {
    new StateFile(Optional.of(folder.resolve("no/such/folder/file"))).write(KEPT);
  }

  private Optional<Path> file() {
    return Optional.of(folder.resolve("orchestrator.json"));
  }
}
