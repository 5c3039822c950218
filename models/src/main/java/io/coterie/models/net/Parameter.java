package io.coterie.models.net;

import java.util.List;

/**
 * A float32 tensor that belongs to a node.
 *
 * @param start the constant it starts from; the mean where {@code deviation} is not 0
 * @param deviation standard deviation of the normal distribution it starts from
 * @param identity whether the first filters start as the identity instead, shape {@code [out, in,
 *     kernel, kernel]}
 */
public record Parameter(
    String name, Kind kind, List<Integer> shape, float start, double deviation, boolean identity) {
  /** What a parameter does decides how it is learnt. */
  public enum Kind {
    /** Of a convolution or linear layer: weight decay applies. */
    WEIGHT,
    /** Added to the output of a convolution, a linear layer or an output's normalisation. */
    BIAS,
    /** Factor of a batch normalisation. */
    SCALE,
    /** What a batch normalisation within a trunk adds. */
    SHIFT,
    /** Running mean or variance of a batch normalisation: not learnt by gradient. */
    STATISTIC,
    /** Computed from the data before learning, then left alone. */
    FIXED
  }

  public Parameter {
    shape = List.copyOf(shape);
  }

  static Parameter constant(String name, Kind kind, float start, int size) {
    return new Parameter(name, kind, List.of(size), start, 0, false);
  }

  /** Whether gradients change it. */
  public boolean trainable() {
    return kind != Kind.STATISTIC && kind != Kind.FIXED;
  }

  /** Whether weight decay applies. */
  public boolean decays() {
    return kind == Kind.WEIGHT;
  }

  /** Number of values. */
  public int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }
}
