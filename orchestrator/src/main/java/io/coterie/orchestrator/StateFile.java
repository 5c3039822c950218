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

  /**
   * What was kept; nothing where the file is absent, and where it is damaged or of a newer release.
   * Then the file is put aside, and named in the log, so that the next write does not replace it.
   */
  PersistedState read() {
    if (store.isEmpty()) {
      return PersistedState.NOTHING;
    }
    try {
      Optional<byte[]> bytes = store.get().read(NAME);
      return bytes.isEmpty()
          ? PersistedState.NOTHING
          : Json.read(bytes.get(), PersistedState.class).migrated();
    } catch (IOException | JsonException e) {
      putAside(store.get(), e.getMessage());
      return PersistedState.NOTHING;
    }
  }

  private static void putAside(Store store, String reason) {
    try {
      log.error(
          "cannot be used, begins without deployments: file={} in={} kept={} reason={}",
          NAME,
          store.place(),
          store.putAside(NAME),
          reason);
    } catch (IOException e) {
      log.error(
          "cannot be used, nor put aside: file={} in={} reason={} problem={}",
          NAME,
          store.place(),
          reason,
          e.getMessage());
    }
  }

  /** Replaces the state on disk. */
  void write(PersistedState persisted) {
    if (store.isEmpty()) {
      return;
    }
    try {
      store.get().write(NAME, Json.bytes(persisted));
    } catch (IOException e) {
      log.warn("not kept: file={} in={} reason={}", NAME, store.get().place(), e.getMessage());
    }
  }
}
