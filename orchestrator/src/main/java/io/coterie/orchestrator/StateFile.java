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

  /**
   * What was kept; nothing where the file is absent, and where it is damaged or of a newer release.
   * Then the file is put aside, and named in the log, so that the next write does not replace it.
   */
  Kept read() {
    if (file.isEmpty()) {
      return Kept.NOTHING;
    }
    try {
      return Json.read(Files.readAllBytes(file.get()), Kept.class).migrated();
    } catch (NoSuchFileException e) {
      return Kept.NOTHING;
    } catch (IOException | JsonException e) {
      putAside(file.get(), e.getMessage());
      return Kept.NOTHING;
    }
  }

  private static void putAside(Path unusable, String reason) {
    Path aside = aside(unusable);
    try {
      Files.move(unusable, aside);
      log.error(
          "cannot be used, begins without deployments: file={} kept={} reason={}",
          unusable,
          aside,
          reason);
    } catch (IOException e) {
      log.error(
          "cannot be used, nor put aside: file={} reason={} problem={}",
          unusable,
          reason,
          e.getMessage());
    }
  }

  /** A name that is free: the file that was put aside first has most to tell. */
  private static Path aside(Path unusable) {
    Path aside = unusable.resolveSibling(unusable.getFileName() + ".bad");
    for (int i = 2; Files.exists(aside); i++) {
      aside = unusable.resolveSibling(unusable.getFileName() + ".bad-" + i);
    }
    return aside;
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
