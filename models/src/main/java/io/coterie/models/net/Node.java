package io.coterie.models.net;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One step of a {@link Net}. A node names the values it reads; its own name is the name of the
 * value it makes, and the prefix of its parameters.
 */
public sealed interface Node {
  String name();

  /** Names of the values this node reads; {@link Net#INPUT} is the image. */
  List<String> inputs();

  /** The parameters in a fixed order; empty for nodes without any. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** The same node with the same parameters, but for the names of the values it reads. */
  Node reading(UnaryOperator<String> names);

  /** Does what {@code operations} does for this kind of node. */
  <T> T apply(Operations<T> operations, List<T> inputs);

  /** A node that reads one value. */
  sealed interface Unary extends Node {
    String input();

    @Override
    default List<String> inputs() {
      return List.of(input());
    }
  }

  /**
   * Square convolution without bias; zero padding of half the kernel.
   *
   * @param groups parts of the channels that are convolved apart from each other; divides {@code
   *     in} and {@code out}
   * @param identity starts as the identity on as many channels as it reads and gives, after Jordan,
   *     arXiv 2404.00498 (there: dirac)
   */
  record Conv(
      String name,
      String input,
      int in,
      int out,
      int kernel,
      int stride,
      int groups,
      boolean identity)
      implements Unary {
    public Conv(String name, String input, int in, int out, int kernel, int stride) {
      this(name, input, in, out, kernel, stride, 1, false);
    }

    /** Convolves each channel by itself. */
    public static Conv depthwise(String name, String input, int channels, int kernel, int stride) {
      return new Conv(name, input, channels, channels, kernel, stride, channels, false);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(weight());
    }

    /** Shape {@code [out, in / groups, kernel, kernel]}, He initialisation over the outputs. */
    public Parameter weight() {
      double deviation = Math.sqrt(2.0 / ((double) kernel * kernel * out / groups));
      List<Integer> shape = List.of(out, in / groups, kernel, kernel);
      return new Parameter(name + ".weight", Parameter.Kind.WEIGHT, shape, 0, deviation, identity);
    }

    public int padding() {
      return kernel / 2;
    }

    @Override
    public Node reading(UnaryOperator<String> names) {
      return new Conv(name, names.apply(input), in, out, kernel, stride, groups, identity);
    }

    @Override
    public <T> T apply(Operations<T> operations, List<T> inputs) {
      return operations.conv(this, inputs.get(0));
    }
  }

  /**
   * Square convolution of the image with fixed weights and a learnt bias, no padding: its outputs
   * are uncorrelated over the training images. The weights come from the data, after Page's and
   * Jordan's (arXiv 2404.00498) fast trainings.
   */
  record Whiten(String name, String input, int in, int out, int kernel) implements Unary {
    @Override
    public List<Parameter> parameters() {
      return List.of(weight(), bias());
    }

    /** Shape {@code [out, in, kernel, kernel]}; not learnt. */
    public Parameter weight() {
      double deviation = Math.sqrt(1.0 / ((double) kernel * kernel * in));
      List<Integer> shape = List.of(out, in, kernel, kernel);
      return new Parameter(name + ".weight", Parameter.Kind.FIXED, shape, 0, deviation, false);
    }

    public Parameter bias() {
      return Parameter.constant(name + ".bias", Parameter.Kind.BIAS, 0, out);
    }

    @Override
    public Node reading(UnaryOperator<String> names) {
      return new Whiten(name, names.apply(input), in, out, kernel);
    }

    @Override
    public <T> T apply(Operations<T> operations, List<T> inputs) {
      return operations.whiten(this, inputs.get(0));
    }
  }

  /** Largest value of each square of {@code size}; an incomplete square at the end is left out. */
  record MaxPool(String name, String input, int size) implements Unary {
    @Override
    public Node reading(UnaryOperator<String> names) {
      return new MaxPool(name, names.apply(input), size);
    }

    @Override
    public <T> T apply(Operations<T> operations, List<T> inputs) {
      return operations.maxPool(this, inputs.get(0));
    }
  }

  /** Batch normalisation over the channel axis, epsilon {@value #EPSILON}. */
  record BatchNorm(String name, String input, int channels, Parameter.Kind shiftKind)
      implements Unary {
    public static final float EPSILON = 1e-5f;

    /** A normalisation within a trunk: its shift learns at the rate of a {@code SHIFT}. */
    public BatchNorm(String name, String input, int channels) {
      this(name, input, channels, Parameter.Kind.SHIFT);
    }

    /**
     * The normalisation before an output that is compared with given values. Its shift learns at
     * the rate of all other parameters: at a multiple of it, the first steps push the shift so far
     * below zero that the ReLU behind it gives 0 for every image, and then no gradient ever brings
     * it back.
     */
    public static BatchNorm ofOutput(String name, String input, int channels) {
      return new BatchNorm(name, input, channels, Parameter.Kind.BIAS);
    }

    /** Whether what it gives, after a ReLU and a mean, is compared with given values. */
    public boolean isOfOutput() {
      return shiftKind == Parameter.Kind.BIAS;
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(scale(), shift(), mean(), variance());
    }

    public Parameter scale() {
      return Parameter.constant(name + ".scale", Parameter.Kind.SCALE, 1, channels);
    }

    public Parameter shift() {
      return Parameter.constant(name + ".shift", shiftKind, 0, channels);
    }

    /** Running mean: a statistic, not learnt by gradient. */
    public Parameter mean() {
      return Parameter.constant(name + ".mean", Parameter.Kind.STATISTIC, 0, channels);
    }

    /** Running variance: a statistic, not learnt by gradient. */
    public Parameter variance() {
      return Parameter.constant(name + ".variance", Parameter.Kind.STATISTIC, 1, channels);
    }

    @Override
    public Node reading(UnaryOperator<String> names) {
      return new BatchNorm(name, names.apply(input), channels, shiftKind);
    }

    @Override
    public <T> T apply(Operations<T> operations, List<T> inputs) {
      return operations.batchNorm(this, inputs.get(0));
    }
  }

  record Relu(String name, String input) implements Unary {
    @Override
    public Node reading(UnaryOperator<String> names) {
      return new Relu(name, names.apply(input));
    }

    @Override
    public <T> T apply(Operations<T> operations, List<T> inputs) {
      return operations.relu(this, inputs.get(0));
    }
  }

  record Add(String name, String left, String right) implements Node {
    @Override
    public List<String> inputs() {
      return List.of(left, right);
    }

    @Override
    public Node reading(UnaryOperator<String> names) {
      return new Add(name, names.apply(left), names.apply(right));
    }

    @Override
    public <T> T apply(Operations<T> operations, List<T> inputs) {
      return operations.add(this, inputs.get(0), inputs.get(1));
    }
  }

  /** Mean over height and width: {@code [n, c, h, w]} to {@code [n, c]}. */
  record GlobalPool(String name, String input) implements Unary {
    @Override
    public Node reading(UnaryOperator<String> names) {
      return new GlobalPool(name, names.apply(input));
    }

    @Override
    public <T> T apply(Operations<T> operations, List<T> inputs) {
      return operations.globalPool(this, inputs.get(0));
    }
  }

  /** Fully connected layer with bias, {@code [n, in]} to {@code [n, out]}. */
  record Linear(String name, String input, int in, int out) implements Unary {
    @Override
    public List<Parameter> parameters() {
      return List.of(weight(), bias());
    }

    /** Shape {@code [out, in]}. */
    public Parameter weight() {
      double deviation = Math.sqrt(1.0 / in);
      List<Integer> shape = List.of(out, in);
      return new Parameter(name + ".weight", Parameter.Kind.WEIGHT, shape, 0, deviation, false);
    }

    public Parameter bias() {
      return Parameter.constant(name + ".bias", Parameter.Kind.BIAS, 0, out);
    }

    @Override
    public Node reading(UnaryOperator<String> names) {
      return new Linear(name, names.apply(input), in, out);
    }

    @Override
    public <T> T apply(Operations<T> operations, List<T> inputs) {
      return operations.linear(this, inputs.get(0));
    }
  }
}
