package io.coterie.models.net;

import java.util.Arrays;
import java.util.List;

/**
 * A float32 tensor that belongs to a node.
 *
 * @param trainable false for the running statistics of batch normalisation
 * @param decays whether weight decay applies
 * @param start the constant it starts from; the mean where {@code deviation} is not 0
 * @param deviation standard deviation of the normal distribution it starts from
 */
public record Parameter(
    String name,
    List<Integer> shape,
    boolean trainable,
    boolean decays,
    float start,
    double deviation) {
  public Parameter {
    shape = List.copyOf(shape);
  }

  static Parameter weight(String name, double deviation, Integer... shape) {
    return new Parameter(name, Arrays.asList(shape), true, true, 0, deviation);
  }

  static Parameter constant(String name, float start, boolean trainable, int size) {
    return new Parameter(name, List.of(size), trainable, false, start, 0);
  }

  /** Number of values. */
  public int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }
}
