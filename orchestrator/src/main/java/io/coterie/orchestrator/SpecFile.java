package io.coterie.orchestrator;

import io.coterie.protocol.bundle.ContentStore;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wanted deployments on disk, so that they outlive a power cut of the hub. */
final class SpecFile {
  private static final Logger log = LoggerFactory.getLogger(SpecFile.class);

  private final Optional<Path> file;

  /**
   * @param file empty to keep nothing
   */
  SpecFile(Optional<Path> file) {
    this.file = file;
  }

  private record Content(Map<String, DeploymentSpec> deployments) {
    private Content {
      deployments = Check.mapOrEmpty(deployments);
      deployments.keySet().forEach(name -> Topics.checkName(name, "deployment"));
    }
  }

  /** What was kept; nothing where the file is absent or damaged. */
  Map<String, DeploymentSpec> read() {
    if (file.isEmpty()) {
      return Map.of();
    }
    try {
      return Json.read(Files.readAllBytes(file.get()), Content.class).deployments();
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException | JsonException e) {
      log.warn("damaged, dropped: file={} reason={}", file.get(), e.getMessage());
      return Map.of();
    }
  }

  /** Replaces what was kept. */
  void write(Map<String, DeploymentSpec> specs) {
    if (file.isEmpty()) {
      return;
    }
    try {
      ContentStore.writeAtomically(file.get(), Json.bytes(new Content(new TreeMap<>(specs))));
    } catch (IOException e) {
      log.warn("not kept: file={} reason={}", file.get(), e.getMessage());
    }
  }
}
