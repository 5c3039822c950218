package io.coterie.agent;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes ONNX graphs of a few nodes, operator set 13, all tensors float32. Field numbers are those
 * of {@code onnx.proto}.
 */
public final class TinyGraph {
  private static final int FLOAT = 1;

  private final Proto graph = new Proto().text(2, "tiny");

  /** A graph with one input. */
  public TinyGraph(String input, int... shape) {
    graph.message(11, value(input, shape));
  }

  /**
   * A student's stage: reads {@code [1, channels, height, width]}, gives the largest value of each
   * column as the portion {@code [1, width]} and, unless it is the last, twice its input as the
   * hidden tensor.
   *
   * @param hiddenFirst in which order the outputs stand
   */
  public static byte[] stage(boolean last, boolean hiddenFirst, int... shape) {
    int[] portion = {1, shape[3]};
    TinyGraph graph = new TinyGraph("in", shape).largest("in", "p");
    if (last) {
      return graph.output("p", portion).bytes();
    }
    graph.node("Add", "h", "in", "in");
    return hiddenFirst
        ? graph.output("h", shape).output("p", portion).bytes()
        : graph.output("p", portion).output("h", shape).bytes();
  }

  /** A student of one stage that gives the square root of the largest value: NaN below zero. */
  public static byte[] roots(int... shape) {
    return new TinyGraph("in", shape)
        .largest("in", "largest")
        .node("Sqrt", "p", "largest")
        .output("p", 1, shape[3])
        .bytes();
  }

  /** A fusion layer: {@code logits [1, labels] = features [1, n] x weight [n, labels]}. */
  public static byte[] fusion(int labels, float... weight) {
    int features = weight.length / labels;
    return new TinyGraph("features", 1, features)
        .constant("weight", weight, features, labels)
        .node("MatMul", "logits", "features", "weight")
        .output("logits", 1, labels)
        .bytes();
  }

  private TinyGraph node(String type, String output, String... inputs) {
    graph.message(1, nodeOf(type, output, inputs));
    return this;
  }

  private TinyGraph largest(String input, String output) {
    Proto axes = new Proto().text(1, "axes").number(8, 1).number(8, 2).number(20, 7);
    Proto keep = new Proto().text(1, "keepdims").number(3, 0).number(20, 2);
    graph.message(1, nodeOf("ReduceMax", output, input).message(5, axes).message(5, keep));
    return this;
  }

  private static Proto nodeOf(String type, String output, String... inputs) {
    Proto node = new Proto();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(4, type);
  }

  private TinyGraph constant(String name, float[] values, int... shape) {
    Proto tensor = new Proto();
    for (int size : shape) {
      tensor.number(1, size);
    }
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    graph.message(5, tensor.number(2, FLOAT).text(8, name).bytes(9, raw.array()));
    return this;
  }

  private TinyGraph output(String name, int... shape) {
    graph.message(12, value(name, shape));
    return this;
  }

  private byte[] bytes() {
    Proto operators = new Proto().text(1, "").number(2, 13);
    return new Proto().number(1, 7).message(8, operators).message(7, graph).out.toByteArray();
  }

  private static Proto value(String name, int... shape) {
    Proto dimensions = new Proto();
    for (int size : shape) {
      dimensions.message(1, new Proto().number(1, size));
    }
    Proto tensor = new Proto().number(1, FLOAT).message(2, dimensions);
    return new Proto().text(1, name).message(2, new Proto().message(1, tensor));
  }

  /** The wire format of protocol buffers. */
  private static final class Proto {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Proto number(int field, long value) {
      varint((long) field << 3);
      varint(value);
      return this;
    }

    Proto bytes(int field, byte[] value) {
      varint(((long) field << 3) | 2);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    Proto text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Proto message(int field, Proto value) {
      return bytes(field, value.out.toByteArray());
    }

    private void varint(long value) {
      long left = value;
      while (left > 0x7f) {
        out.write((int) ((left & 0x7f) | 0x80));
        left >>>= 7;
      }
      out.write((int) left);
    }
  }
}
