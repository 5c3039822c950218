package io.coterie.orchestrator;

import io.coterie.orchestrator.deployment.PersistedState;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.runtime.Store;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The persisted state of an orchestrator on disk, which survives a power cut of the hub. */
final class StateFile {
  private static final Logger log = LoggerFactory.getLogger(StateFile.class);

  private static final String NAME = "orchestrator.json";

  private final Optional<Store> store;

  /**
   * @param store empty to keep nothing
   */
  StateFile(Optional<Store> store) {
    this.store = store;
  }

  /** Reads the state; the empty one if the file is absent or damaged. */
  PersistedState read() {
    if (store.isEmpty()) {
      return PersistedState.NOTHING;
    }
    try {
      Optional<byte[]> bytes = store.get().read(NAME);
      return bytes.isEmpty()
          ? PersistedState.NOTHING
          : Json.read(bytes.get(), PersistedState.class);
    } catch (IOException | JsonException e) {
      log.warn("damaged, dropped: {} reason={}", where(), e.getMessage());
      return PersistedState.NOTHING;
    }
  }

  private String where() {
    return "file=" + NAME + " in=" + store.map(Store::place).orElse("");
  }

  /** Replaces the state on disk. */
  void write(PersistedState persisted) {
    if (store.isEmpty()) {
      return;
    }
    try {
      store.get().write(NAME, Json.bytes(persisted));
    } catch (IOException e) {
      log.warn("not kept: {} reason={}", where(), e.getMessage());
    }
  }
}
