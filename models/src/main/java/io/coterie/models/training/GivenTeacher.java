package io.coterie.models.training;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * A classifier that was trained elsewhere and is to be the teacher.
 *
 * @param sha256 digest of its ONNX file
 * @param features name of the tensor that its last layer reads: float32 {@code [n, filters]} or
 *     {@code [n, filters, height, width]}
 * @param mean what it wants subtracted from each channel of pixels in [0, 1]; empty where that is
 *     the mean of the data
 * @param std what it then wants each channel divided by, > 0; as many as {@code mean}
 */
public record GivenTeacher(String sha256, String features, List<Double> mean, List<Double> std) {
  public GivenTeacher {
    Digest.check(sha256, "teacher.sha256");
    Check.text(features, "teacher.features");
    mean = Check.listOrEmpty(mean, "teacher.mean");
    std = Check.listOrEmpty(std, "teacher.std");
    if (mean.size() != std.size()) {
      throw new IllegalArgumentException(
          "must be as many: teacher.mean=" + mean + " teacher.std=" + std);
    }
    std.forEach(value -> Check.positive(value, "teacher.std"));
  }
}
