package io.coterie.models.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import io.coterie.models.net.Node;
import io.coterie.models.net.Operations;
import io.coterie.models.net.Parameter;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Computes each node with libtorch.
 *
 * @param training by a node's name whether it is learning: batch statistics are used and remembered
 */
record TorchOperations(Map<String, NDArray> parameters, Predicate<String> training)
    implements Operations<NDArray> {
  /** Share of the old running statistics that stays after a batch. */
  private static final float STATISTICS_MOMENTUM = 0.9f;

  /** Index of every so many rows and columns. */
  private static final String EVERY = ":,:,::%d,::%d";

  private NDArray get(Parameter parameter) {
    return parameters.get(parameter.name());
  }

  /**
   * A 1x1 convolution with a stride takes the pixels that it reads first: for less than 8 or 16
   * channels that lie last, oneDNN 3.7 (in libtorch 2.7) computes wrong gradients of its weights,
   * hangs or crashes on processors with AVX2 and AVX-512 (uxlfoundation/oneDNN issue 6035).
   */
  @Override
  public NDArray conv(Node.Conv node, NDArray input) {
    boolean picks = node.kernel() == 1 && node.stride() > 1;
    NDArray read = picks ? input.get(EVERY.formatted(node.stride(), node.stride())) : input;
    int step = picks ? 1 : node.stride();
    Shape stride = new Shape(step, step);
    Shape padding = new Shape(node.padding(), node.padding());
    Shape one = new Shape(1, 1);
    return Conv2d.conv2d(read, get(node.weight()), null, stride, padding, one, node.groups())
        .singletonOrThrow();
  }

  @Override
  public NDArray whiten(Node.Whiten node, NDArray input) {
    Shape one = new Shape(1, 1);
    Shape none = new Shape(0, 0);
    return Conv2d.conv2d(input, get(node.weight()), get(node.bias()), one, none, one)
        .singletonOrThrow();
  }

  @Override
  public NDArray maxPool(Node.MaxPool node, NDArray input) {
    Shape size = new Shape(node.size(), node.size());
    return Pool.maxPool2d(input, size, size, new Shape(0, 0), false);
  }

  @Override
  public NDArray batchNorm(Node.BatchNorm node, NDArray input) {
    return BatchNorm.batchNorm(
            input,
            get(node.mean()),
            get(node.variance()),
            get(node.scale()),
            get(node.shift()),
            1,
            STATISTICS_MOMENTUM,
            Node.BatchNorm.EPSILON,
            training.test(node.name()))
        .singletonOrThrow();
  }

  @Override
  public NDArray relu(Node.Relu node, NDArray input) {
    return Activation.relu(input);
  }

  @Override
  public NDArray add(Node.Add node, NDArray left, NDArray right) {
    return left.add(right);
  }

  @Override
  public NDArray globalPool(Node.GlobalPool node, NDArray input) {
    return Pool.globalAvgPool2d(input);
  }

  @Override
  public NDArray linear(Node.Linear node, NDArray input) {
    return Linear.linear(input, get(node.weight()), get(node.bias())).singletonOrThrow();
  }
}
