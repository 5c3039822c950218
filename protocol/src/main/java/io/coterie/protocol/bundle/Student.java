package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;

/**
 * A distilled student of one partition. Its ONNX graph maps {@code input} float32 {@code [n,
 * channels, height, width]} to {@code portion} float32 {@code [n, partition size]}.
 *
 * @param name architecture, such as {@code wrn-10-1}; unique within its partition
 * @param flops floating-point operations for one frame (a multiply-add counts 2)
 * @param memoryBytes parameters at their stored width plus peak activations
 */
public record Student(String name, ModelFile model, long parameters, long flops, long memoryBytes) {
  public Student {
    Check.text(name, "student.name");
    Check.present(model, "student.model");
    Check.positive(parameters, "student.parameters");
    Check.positive(flops, "student.flops");
    Check.positive(memoryBytes, "student.memoryBytes");
  }
}
