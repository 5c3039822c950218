package io.coterie.models.evaluation;

import io.coterie.protocol.json.Check;
import java.util.OptionalLong;

/**
 * How to evaluate.
 *
 * @param threads of ONNX Runtime
 * @param limit at most so many images, the first ones; {@link Integer#MAX_VALUE} for all
 * @param seed of drawn data and of splits; without it the bundle's own, so that no image of its
 *     training is in the test split
 */
public record EvaluationOptions(int threads, int limit, OptionalLong seed) {
  public EvaluationOptions {
    Check.positive(threads, "threads");
    Check.positive(limit, "limit");
    Check.present(seed, "seed");
  }

  /** All images on one thread, with the bundle's seed. */
  public static EvaluationOptions standard() {
    return new EvaluationOptions(1, Integer.MAX_VALUE, OptionalLong.empty());
  }
}
