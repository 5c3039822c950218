package io.coterie.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * An ONNX graph with one float32 input and one float32 output, with both tensors pinned: nothing is
 * allocated per run. Fill {@link #input()}, call {@link #run()}, read the buffer it returns.
 *
 * <p>Not thread-safe.
 */
public final class OnnxModel implements AutoCloseable {
  private final String inputName;
  private final String outputName;
  private final OrtSession session;
  private final FloatBuffer input;
  private final FloatBuffer output;
  private final OnnxTensor inputTensor;
  private final OnnxTensor outputTensor;

  private OnnxModel(
      OrtSession session,
      String inputName,
      String outputName,
      long[] inputShape,
      long[] outputShape)
      throws OrtException {
    this.session = session;
    this.inputName = inputName;
    this.outputName = outputName;
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    input = buffer(inputShape);
    output = buffer(outputShape);
    inputTensor = OnnxTensor.createTensor(environment, input, inputShape);
    outputTensor = OnnxTensor.createTensor(environment, output, outputShape);
  }

  /**
   * Loads a graph for a fixed shape.
   *
   * @param onnx the file's bytes
   * @param name for messages
   * @param inputShape such as {@code [1, 3, 32, 32]}; the graph's batch dimension may be symbolic
   * @param outputShape such as {@code [1, 64]}
   * @param threads for one run, at least 1
   * @throws ModelException if the bytes are no such graph
   */
  public static OnnxModel load(
      byte[] onnx, String name, long[] inputShape, long[] outputShape, int threads)
      throws ModelException {
    OrtSession session = null;
    try {
      session = Sessions.open(onnx, threads);
      String input = onlyTensor(session.getInputInfo(), inputShape, name + " input");
      String output = onlyTensor(session.getOutputInfo(), outputShape, name + " output");
      return new OnnxModel(session, input, output, inputShape, outputShape);
    } catch (OrtException e) {
      close(session);
      throw new ModelException("cannot load " + name + ": " + firstLine(e), e);
    } catch (ModelException e) {
      close(session);
      throw e;
    }
  }

  private static String onlyTensor(Map<String, NodeInfo> nodes, long[] wanted, String what)
      throws ModelException {
    if (nodes.size() != 1) {
      throw new ModelException(what + " must be one tensor: " + nodes.keySet());
    }
    NodeInfo node = nodes.values().iterator().next();
    if (!(node.getInfo() instanceof TensorInfo info) || info.type != OnnxJavaType.FLOAT) {
      throw new ModelException(what + " must be a float32 tensor: " + node.getInfo());
    }
    long[] shape = info.getShape();
    boolean fits = shape.length == wanted.length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = shape[i] < 0 || shape[i] == wanted[i];
    }
    if (!fits) {
      throw new ModelException(
          what + " has shape " + Arrays.toString(shape) + ", wanted " + Arrays.toString(wanted));
    }
    return node.getName();
  }

  private static FloatBuffer buffer(long[] shape) {
    long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return ByteBuffer.allocateDirect(Math.toIntExact(size * Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** The input's values, cleared for writing. */
  public FloatBuffer input() {
    return input.clear();
  }

  /**
   * Runs the graph on what {@link #input()} holds.
   *
   * @return the output's values, valid until the next run
   * @throws ModelException if ONNX Runtime fails
   */
  public FloatBuffer run() throws ModelException {
    try {
      // Pinned tensors are ours: closing the result leaves them alone.
      session.run(Map.of(inputName, inputTensor), Map.of(outputName, outputTensor)).close();
      return output.clear();
    } catch (OrtException e) {
      throw new ModelException("inference failed: " + firstLine(e), e);
    }
  }

  @Override
  public void close() {
    inputTensor.close();
    outputTensor.close();
    close(session);
  }

  private static void close(OrtSession session) {
    if (session != null) {
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
