package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * A place where an answer can be given: the fusion layer that turns the K portions of this exit
 * into logits. Its ONNX graph maps {@code features} float32 {@code [n, sum of partition sizes]}
 * (portions in partition order) to {@code logits} float32 {@code [n, labels]}.
 *
 * @param mean the portions' mean over the training data, in partition order; stands in for what is
 *     missing
 * @param accuracy for every student one entry for every non-empty pattern of present portions, or
 *     one for each pattern that holds for all students
 */
public record Exit(ModelFile fusion, List<Float> mean, List<PatternAccuracy> accuracy) {
  public Exit {
    Check.present(fusion, "exit.fusion");
    mean = Check.list(mean, "exit.mean");
    accuracy = Check.list(accuracy, "exit.accuracy");
    for (float value : mean) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("must be finite: exit.mean=" + value);
      }
    }
  }
}
