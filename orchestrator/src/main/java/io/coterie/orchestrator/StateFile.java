package io.coterie.orchestrator;

import io.coterie.orchestrator.deployment.Kept;
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

/** What is wanted and in force, on disk, so that it outlives a power cut of the hub. */
final class StateFile {
  private static final Logger log = LoggerFactory.getLogger(StateFile.class);

  private final Optional<Path> file;

  /**
   * @param file empty to keep nothing
   */
  StateFile(Optional<Path> file) {
    this.file = file;
  }

  /** What was kept; nothing where the file is absent or damaged. */
  Kept read() {
    if (file.isEmpty()) {
      return Kept.NOTHING;
    }
    try {
      return Json.read(Files.readAllBytes(file.get()), Kept.class);
    } catch (NoSuchFileException e) {
      return Kept.NOTHING;
    } catch (IOException | JsonException e) {
      log.warn("damaged, dropped: file={} reason={}", file.get(), e.getMessage());
      return Kept.NOTHING;
    }
  }

  /** Replaces what was kept. */
  void write(Kept kept) {
    if (file.isEmpty()) {
      return;
    }
    try {
      ContentStore.writeAtomically(file.get(), Json.bytes(kept));
    } catch (IOException e) {
      log.warn("not kept: file={} reason={}", file.get(), e.getMessage());
    }
  }
}
