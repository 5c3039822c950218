package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;

/**
 * The large model the students were distilled from. Its ONNX graph maps {@code input} float32
 * {@code [n, channels, height, width]} to {@code logits} float32 {@code [n, labels]}; it is kept
 * for comparison and never deployed.
 *
 * @param validation accuracy in [0, 1] on held-out training data
 * @param test accuracy in [0, 1] on the test data
 */
public record Teacher(
    String name, ModelFile model, long parameters, long flops, double validation, double test) {
  public Teacher {
    Check.text(name, "teacher.name");
    Check.present(model, "teacher.model");
    Check.positive(parameters, "teacher.parameters");
    Check.positive(flops, "teacher.flops");
    Check.fraction(validation, "teacher.validation");
    Check.fraction(test, "teacher.test");
  }
}
