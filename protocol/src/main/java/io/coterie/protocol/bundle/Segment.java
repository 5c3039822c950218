package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * A part of a pipeline, from one exit to the next. Its ONNX graph reads one float32 tensor: the
 * image {@code [n, channels, height, width]} in the first segment, the activation of the segment
 * before in all others. It gives {@code logits} float32 {@code [n, labels]} and, in all segments
 * but the last, the next activation {@code [n, activation...]}. Where an autoencoder compresses
 * that activation, encoder and decoder are parts of the two graphs.
 *
 * @param flops floating-point operations for one frame (a multiply-add counts 2)
 * @param memoryBytes parameters at their stored width plus peak activations
 * @param activation shape of what travels to the next segment without the batch; empty in the last
 */
public record Segment(ModelFile model, long flops, long memoryBytes, List<Integer> activation) {
  private static final long MOST_VALUES = 1 << 20;

  public Segment {
    Check.present(model, "segment.model");
    Check.positive(flops, "segment.flops");
    Check.positive(memoryBytes, "segment.memoryBytes");
    activation = Check.listOrEmpty(activation, "segment.activation");
    activation.forEach(size -> Check.positive(size, "segment.activation"));
    if (activation.stream().mapToLong(i -> i).reduce(1, Math::multiplyExact) > MOST_VALUES) {
      throw new IllegalArgumentException(
          "more than " + MOST_VALUES + " values: segment.activation=" + activation);
    }
  }

  /** Number of values that travel to the next segment; 0 in the last. */
  public int activationSize() {
    return activation.isEmpty() ? 0 : activation.stream().reduce(1, Math::multiplyExact);
  }
}
