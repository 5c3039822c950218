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
 * @param partitionings by rising K, at most one for each strategy and K; without any there must be
 *     a pipeline
 * @param pipelines with names of their own; the first is taken where nobody says which
 * @param provenance data, seed, date, command, library versions
 */
public record Manifest(
    int manifestVersion,
    String name,
    InputSpec input,
    List<String> labels,
    Teacher teacher,
    List<Partitioning> partitionings,
    List<Pipeline> pipelines,
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
    partitionings = Check.listOrEmpty(partitionings, "partitionings");
    pipelines = Check.listOrEmpty(pipelines, "pipelines");
    Set<String> seen = new HashSet<>();
    for (Partitioning partitioning : partitionings) {
      String what = partitioning.strategy().text() + " with K=" + partitioning.k();
      if (!seen.add(what)) {
        throw new IllegalArgumentException("two partitionings for " + what);
      }
    }
    for (Pipeline pipeline : pipelines) {
      if (!seen.add(pipeline.name())) {
        throw new IllegalArgumentException("two pipelines of the name " + pipeline.name());
      }
    }
    if (seen.isEmpty()) {
      throw new IllegalArgumentException("must have partitionings or pipelines");
    }
    provenance = Check.mapOrEmpty(provenance);
  }

  /** A bundle without pipelines. */
  public Manifest(
      int manifestVersion,
      String name,
      InputSpec input,
      List<String> labels,
      Teacher teacher,
      List<Partitioning> partitionings,
      Map<String, String> provenance) {
    this(manifestVersion, name, input, labels, teacher, partitionings, List.of(), provenance);
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

  /** The pipeline of a name; the first where the name is empty. */
  public Optional<Pipeline> pipeline(String wanted) {
    return pipelines.stream().filter(p -> wanted.isEmpty() || p.name().equals(wanted)).findFirst();
  }

  /**
   * The same, where there must be one.
   *
   * @throws IllegalArgumentException if there is none; the message names those there are
   */
  public Pipeline requirePipeline(String wanted) {
    return pipeline(wanted)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "bundle %s has no pipeline %s: it has %s"
                        .formatted(name, wanted, pipelines.stream().map(Pipeline::name).toList())));
  }

  /** Whether there is something for a strategy. */
  public boolean has(Strategy strategy) {
    return strategy == Strategy.MDI_EXIT
        ? !pipelines.isEmpty()
        : !partitionings(strategy).isEmpty();
  }

  /**
   * The same bundle with nothing but what a strategy needs.
   *
   * @throws IllegalArgumentException if it has nothing for it
   */
  public Manifest only(Strategy strategy) {
    if (!has(strategy)) {
      throw new IllegalArgumentException(
          "bundle %s has %s, which the strategy %s needs: %s"
              .formatted(
                  name,
                  switch (strategy) {
                    case ROCOIN -> "no students of one stage";
                    case DISTREE -> "no exits";
                    case MDI_EXIT -> "no pipeline";
                  },
                  strategy.text(),
                  switch (strategy) {
                    case ROCOIN -> "train one with such students";
                    case DISTREE -> "train one with students that have exits";
                    case MDI_EXIT -> "train one, or cut a model with coterie split";
                  }));
    }
    return new Manifest(
        manifestVersion,
        name,
        input,
        labels,
        teacher,
        partitionings(strategy),
        strategy == Strategy.MDI_EXIT ? pipelines : List.of(),
        provenance);
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
    for (Pipeline pipeline : pipelines) {
      files.add(pipeline.whole());
      pipeline.segments().forEach(segment -> files.add(segment.model()));
    }
    return files.stream().distinct().toList();
  }

  /** Whether a file of this digest is for boards: the uncut networks are for comparison only. */
  public boolean deploys(String sha256) {
    Set<String> kept = new HashSet<>(Set.of(teacher.model().sha256()));
    pipelines.forEach(pipeline -> kept.add(pipeline.whole().sha256()));
    return !kept.contains(sha256) && files().stream().anyMatch(f -> f.sha256().equals(sha256));
  }
}
