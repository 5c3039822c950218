package io.coterie.models.split;

import java.util.List;

/**
 * A tensor at which a model can be cut.
 *
 * @param tensor its name
 * @param shape without the batch
 * @param flops part of the model's floating-point operations before it, in [0, 1]; convolutions and
 *     linear layers are counted
 */
public record Place(String tensor, List<Integer> shape, double flops) {
  public Place {
    shape = List.copyOf(shape);
  }
}
