package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The file {@code bundle.json}: everything a fleet needs to know about a trained set of models. Its
 * own digest is the bundle's name on the wire, and it fixes the digests of all other files.
 *
 * @param manifestVersion {@value #VERSION}
 * @param partitionings by rising K; at least one, and at most one for each strategy and K
 * @param provenance data, seed, date, command, library versions
 */
public record Manifest(
    int manifestVersion,
    String name,
    InputSpec input,
    List<String> labels,
    Teacher teacher,
    List<Partitioning> partitionings,
    Map<String, String> provenance) {
  /** The only version this release reads and writes. */
  public static final int VERSION = 2;

  /** Name of the manifest's file within a bundle. */
  public static final String FILE_NAME = "bundle.json";

  public Manifest {
    if (manifestVersion != VERSION) {
      throw new IllegalArgumentException(
          "unknown manifest version "
              + manifestVersion
              + " (this release reads "
              + VERSION
              + "): upgrade Coterie, or train the bundle again with this release");
    }
    if (name == null || !name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "must be 1 to 64 letters, digits, '.', '_', '-': name=" + name);
    }
    Check.present(input, "input");
    labels = Check.list(labels, "labels");
    if (labels.size() < 2 || new HashSet<>(labels).size() != labels.size()) {
      throw new IllegalArgumentException("must be at least 2 different labels: " + labels);
    }
    Check.present(teacher, "teacher");
    partitionings = Check.list(partitionings, "partitionings");
    Set<String> seen = new HashSet<>();
    for (Partitioning partitioning : partitionings) {
      String what = partitioning.strategy().text() + " with K=" + partitioning.k();
      if (!seen.add(what)) {
        throw new IllegalArgumentException("two partitionings for " + what);
      }
    }
    if (seen.isEmpty()) {
      throw new IllegalArgumentException("must not be empty: partitionings");
    }
    provenance = Check.mapOrEmpty(provenance);
  }

  /**
   * Reads a manifest.
   *
   * @throws JsonException if the bytes are not a valid manifest; the message says what is wrong
   */
  public static Manifest parse(byte[] utf8) throws JsonException {
    return Json.read(utf8, Manifest.class);
  }

  /** The seed with which its data was drawn or split; 1 where the provenance does not say. */
  public long seed() {
    String seed = provenance.getOrDefault("seed", "1");
    return seed.matches("-?[0-9]{1,18}") ? Long.parseLong(seed) : 1;
  }

  /** The partitioning with {@code k} partitions for a strategy. */
  public Optional<Partitioning> partitioning(Strategy strategy, int k) {
    return partitionings(strategy).stream().filter(p -> p.k() == k).findFirst();
  }

  /** The partitionings for a strategy, by rising K; empty where it has none. */
  public List<Partitioning> partitionings(Strategy strategy) {
    return partitionings.stream().filter(p -> p.strategy() == strategy).toList();
  }

  /**
   * The same bundle with nothing but its partitionings for a strategy.
   *
   * @throws IllegalArgumentException if it has none
   */
  public Manifest only(Strategy strategy) {
    if (partitionings(strategy).isEmpty()) {
      throw new IllegalArgumentException(
          strategy == Strategy.DISTREE
              ? "bundle "
                  + name
                  + " has no exits, which the strategy distree needs: train one with"
                  + " students that have exits"
              : "bundle " + name + " has nothing for the strategy " + strategy.text());
    }
    return new Manifest(
        manifestVersion, name, input, labels, teacher, partitionings(strategy), provenance);
  }

  /** Every file but the manifest, in a fixed order, each once. */
  public List<ModelFile> files() {
    List<ModelFile> files = new ArrayList<>();
    files.add(teacher.model());
    for (Partitioning partitioning : partitionings) {
      partitioning.exits().forEach(exit -> files.add(exit.fusion()));
      for (Partition partition : partitioning.partitions()) {
        for (Student student : partition.students()) {
          student.stages().forEach(stage -> files.add(stage.model()));
        }
      }
    }
    return files.stream().distinct().toList();
  }
}
