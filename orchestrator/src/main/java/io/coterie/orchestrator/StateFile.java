package io.coterie.orchestrator;

import io.coterie.orchestrator.deployment.PersistedState;
import io.coterie.protocol.bundle.ContentStore;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The persisted state of an orchestrator on disk, which survives a power cut of the hub. */
final class StateFile {
  private static final Logger log = LoggerFactory.getLogger(StateFile.class);

  private final Optional<Path> file;

  /**
   * @param file empty to keep nothing
   */
  StateFile(Optional<Path> file) {
    this.file = file;
  }

  /** Reads the state; the empty one if the file is absent or damaged. */
  PersistedState read() {
    if (file.isEmpty()) {
      return PersistedState.NOTHING;
    }
    try {
      return Json.read(Files.readAllBytes(file.get()), PersistedState.class);
    } catch (NoSuchFileException e) {
      return PersistedState.NOTHING;
    } catch (IOException | JsonException e) {
      log.warn("damaged, dropped: file={} reason={}", file.get(), e.getMessage());
      return PersistedState.NOTHING;
    }
  }

  /** Replaces the state on disk. */
  void write(PersistedState persisted) {
    if (file.isEmpty()) {
      return;
    }
    try {
      ContentStore.writeAtomically(file.get(), Json.bytes(persisted));
    } catch (IOException e) {
      log.warn("not kept: file={} reason={}", file.get(), e.getMessage());
    }
  }
}
