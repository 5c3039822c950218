package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * A part of a student, from one exit to the next. Its ONNX graph reads one float32 tensor: the
 * image {@code [n, channels, height, width]} in the first stage, the hidden tensor of the stage
 * before in all others. It gives the portion, float32 {@code [n, partition size]}, and before it,
 * in all stages but the last, the next hidden tensor {@code [n, hidden...]}.
 *
 * @param flops floating-point operations for one frame (a multiply-add counts 2)
 * @param hidden shape of the hidden tensor without the batch; empty in the last stage
 */
public record Stage(ModelFile model, long flops, List<Integer> hidden) {
  private static final long MOST_VALUES = 1 << 24;

  public Stage {
    Check.present(model, "stage.model");
    Check.positive(flops, "stage.flops");
    hidden = Check.listOrEmpty(hidden, "stage.hidden");
    hidden.forEach(size -> Check.positive(size, "stage.hidden"));
    if (hidden.stream().mapToLong(i -> i).reduce(1, Math::multiplyExact) > MOST_VALUES) {
      throw new IllegalArgumentException("too large: stage.hidden=" + hidden);
    }
  }

  /** The only stage of a student, or its last. */
  public Stage(ModelFile model, long flops) {
    this(model, flops, List.of());
  }

  /** Number of values of the hidden tensor; 0 in the last stage. */
  public int hiddenSize() {
    return hidden.isEmpty() ? 0 : hidden.stream().reduce(1, Math::multiplyExact);
  }
}
