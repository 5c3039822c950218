package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * A distilled student of one partition: one stage for every exit of its partitioning.
 *
 * @param name architecture and precision, such as {@code wrn-10-1-int8}; unique within its
 *     partition
 * @param precision fp32 where the manifest does not say
 * @param stages from the image to the last portion; at least one
 * @param memoryBytes parameters at their stored width plus peak activations
 */
public record Student(
    String name, Precision precision, List<Stage> stages, long parameters, long memoryBytes) {
  public Student {
    precision = precision == null ? Precision.FP32 : precision;
    Check.text(name, "student.name");
    stages = Check.list(stages, "student.stages");
    Check.positive(parameters, "student.parameters");
    Check.positive(memoryBytes, "student.memoryBytes");
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("must not be empty: student.stages of " + name);
    }
    for (int i = 0; i < stages.size(); i++) {
      if (stages.get(i).hidden().isEmpty() != (i == stages.size() - 1)) {
        throw new IllegalArgumentException(
            "every stage but the last must have a hidden tensor: student " + name);
      }
    }
  }

  /** A student of one stage in float32. */
  public Student(String name, ModelFile model, long parameters, long flops, long memoryBytes) {
    this(name, Precision.FP32, List.of(new Stage(model, flops)), parameters, memoryBytes);
  }

  /** Digest of its first stage: what tells students of a bundle apart. */
  public String digest() {
    return stages.get(0).model().sha256();
  }

  /** Floating-point operations for one frame, all stages together. */
  public long flops() {
    return flopsTo(stages.size());
  }

  /** Floating-point operations for one frame up to an exit, from 1. */
  public long flopsTo(int exit) {
    return stages.subList(0, exit).stream().mapToLong(Stage::flops).sum();
  }

  /** Length of all its files. */
  public long sizeBytes() {
    return stages.stream().mapToLong(stage -> stage.model().sizeBytes()).sum();
  }
}
