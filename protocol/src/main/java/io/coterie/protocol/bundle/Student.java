package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;

/**
 * A distilled student of one partition. Its ONNX graph maps {@code input} float32 {@code [n,
 * channels, height, width]} to {@code portion} float32 {@code [n, partition size]}.
 *
 * @param name architecture and precision, such as {@code wrn-10-1-int8}; unique within its
 *     partition
 * @param precision fp32 where the manifest does not say
 * @param flops floating-point operations for one frame (a multiply-add counts 2)
 * @param memoryBytes parameters at their stored width plus peak activations
 */
public record Student(
    String name,
    Precision precision,
    ModelFile model,
    long parameters,
    long flops,
    long memoryBytes) {
  public Student {
    precision = precision == null ? Precision.FP32 : precision;
    Check.text(name, "student.name");
    Check.present(model, "student.model");
    Check.positive(parameters, "student.parameters");
    Check.positive(flops, "student.flops");
    Check.positive(memoryBytes, "student.memoryBytes");
  }

  /** A student in float32. */
  public Student(String name, ModelFile model, long parameters, long flops, long memoryBytes) {
    this(name, Precision.FP32, model, parameters, flops, memoryBytes);
  }
}
