package io.coterie.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a graph with one float32 input and one float32 output of shape {@code [n, size]} over many
 * rows. For training and evaluation; boards run one frame at a time with {@link OnnxModel}.
 *
 * <p>Not thread-safe.
 */
public final class BatchRunner implements AutoCloseable {
  private static final int BATCH = 128;

  private final OrtSession session;
  private final String inputName;
  private final long[] inputShape;
  private final int inputSize;

  /**
   * Loads a graph.
   *
   * @param threads threads of one operation
   * @throws IllegalArgumentException if the bytes are no graph of that form
   */
  public BatchRunner(byte[] graph, int threads) {
    try {
      session = Sessions.open(graph, threads);
      inputName = session.getInputNames().iterator().next();
      var info = (TensorInfo) session.getInputInfo().get(inputName).getInfo();
      inputShape = info.getShape();
      int size = 1;
      for (int i = 1; i < inputShape.length; i++) {
        size = Math.multiplyExact(size, Math.toIntExact(inputShape[i]));
      }
      inputSize = size;
    } catch (OrtException e) {
      throw new IllegalArgumentException("ONNX Runtime refuses the graph: " + e.getMessage(), e);
    }
  }

  /** The shape of the input, -1 where it is open. */
  public long[] inputShape() {
    return inputShape.clone();
  }

  /**
   * The shape of an output, -1 where it is open.
   *
   * @throws IllegalArgumentException if there is no such output or it is no tensor
   */
  public long[] outputShape(String name) {
    try {
      if (session.getOutputInfo().get(name) != null
          && session.getOutputInfo().get(name).getInfo() instanceof TensorInfo tensor) {
        return tensor.getShape();
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalArgumentException("no output of the name " + name);
  }

  /** Number of values of one input row. */
  public int inputSize() {
    return inputSize;
  }

  /** Writes input rows {@code from..to} to the buffer. */
  public interface Rows {
    void write(int from, int to, FloatBuffer out);
  }

  /** Receives how many rows are done. */
  public interface Done {
    void rows(int count);
  }

  /** Rows that lie in one array, row-major. */
  public float[] run(float[] rows) {
    int n = rows.length / inputSize;
    return run(
        n, (from, to, out) -> out.put(rows, from * inputSize, (to - from) * inputSize), done -> {});
  }

  /**
   * Runs all rows and returns the output, row-major {@code [n, size]}.
   *
   * @throws IllegalStateException if the graph fails
   */
  public float[] run(int n, Rows rows, Done done) {
    FloatBuffer in =
        ByteBuffer.allocateDirect(4 * BATCH * inputSize)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    float[] out = null;
    for (int from = 0; from < n; from += BATCH) {
      int to = Math.min(n, from + BATCH);
      in.clear();
      rows.write(from, to, in);
      FloatBuffer result = runBatch(in.flip(), to - from);
      int size = result.remaining() / (to - from);
      out = out == null ? new float[Math.multiplyExact(n, size)] : out;
      result.get(out, from * size, (to - from) * size);
      done.rows(to);
    }
    return out == null ? new float[0] : out;
  }

  /** Receives the values of one named output for a batch of rows. */
  public interface Outputs {
    void values(String name, FloatBuffer values);
  }

  /**
   * Runs all rows and hands over every output of every batch.
   *
   * @throws IllegalStateException if the graph fails or has an output that is not float32
   */
  public void runAll(float[] rows, Outputs outputs) {
    int n = rows.length / inputSize;
    for (int from = 0; from < n; from += BATCH) {
      int to = Math.min(n, from + BATCH);
      FloatBuffer in = FloatBuffer.wrap(rows, from * inputSize, (to - from) * inputSize);
      long[] shape = inputShape.clone();
      shape[0] = (long) to - from;
      try (OnnxTensor tensor =
              OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), in.slice(), shape);
          OrtSession.Result result = session.run(Map.of(inputName, tensor))) {
        result.forEach(
            entry ->
                outputs.values(entry.getKey(), ((OnnxTensor) entry.getValue()).getFloatBuffer()));
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
      }
    }
  }

  /**
   * The shape of every output without the batch, found by running two rows of zeros.
   *
   * @throws IllegalStateException if the graph fails, or gives something else than two rows
   */
  public Map<String, List<Integer>> shapes() {
    long[] shape = inputShape.clone();
    shape[0] = 2;
    FloatBuffer zeros = FloatBuffer.allocate(2 * inputSize);
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), zeros, shape);
        OrtSession.Result result = session.run(Map.of(inputName, tensor))) {
      Map<String, List<Integer>> shapes = new HashMap<>();
      for (Map.Entry<String, OnnxValue> output : result) {
        long[] found = ((TensorInfo) output.getValue().getInfo()).getShape();
        if (found.length == 0 || found[0] != 2) {
          throw new IllegalStateException(
              "two images give " + output.getKey() + " " + Arrays.toString(found));
        }
        shapes.put(
            output.getKey(), Arrays.stream(found).skip(1).mapToObj(Math::toIntExact).toList());
      }
      return shapes;
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  private FloatBuffer runBatch(FloatBuffer in, int n) {
    long[] shape = inputShape.clone();
    shape[0] = n;
    try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), in, shape);
        OrtSession.Result result = session.run(Map.of(inputName, tensor))) {
      return ((OnnxTensor) result.get(0)).getFloatBuffer();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
