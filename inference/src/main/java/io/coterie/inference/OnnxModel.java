package io.coterie.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An ONNX graph with one float32 input and one or more float32 outputs, with all tensors pinned:
 * nothing is copied or allocated per run.
 *
 * <p>Not thread-safe.
 */
public final class OnnxModel implements Graph {
  private final OrtSession session;
  private final FloatBuffer input;
  private final List<FloatBuffer> outputs = new ArrayList<>();
  private final Map<String, OnnxTensor> inputTensors = new HashMap<>();
  private final Map<String, OnnxTensor> outputTensors = new HashMap<>();

  private OnnxModel(
      OrtSession session,
      String inputName,
      List<String> outputNames,
      long[] inputShape,
      List<long[]> outputShapes)
      throws OrtException {
    this.session = session;
    input = buffer(inputShape);
    inputTensors.put(inputName, tensor(input, inputShape));
    for (int i = 0; i < outputNames.size(); i++) {
      FloatBuffer output = buffer(outputShapes.get(i));
      outputs.add(output);
      outputTensors.put(outputNames.get(i), tensor(output, outputShapes.get(i)));
    }
  }

  /**
   * Loads a graph with one output for a fixed shape.
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
    return load(onnx, name, inputShape, List.of(outputShape), threads);
  }

  /**
   * Loads a graph for a fixed shape. Its outputs are told apart by their rank: their names and
   * their order in the graph mean nothing.
   *
   * @param outputShapes of all outputs, each of another rank
   * @throws ModelException if the bytes are no such graph
   * @see #load(byte[], String, long[], long[], int)
   */
  public static OnnxModel load(
      byte[] onnx, String name, long[] inputShape, List<long[]> outputShapes, int threads)
      throws ModelException {
    OrtSession session = null;
    try {
      session = Sessions.open(onnx, threads);
      String input =
          Signature.names(session.getInputInfo(), List.of(inputShape), name + " input").get(0);
      List<String> names = Signature.names(session.getOutputInfo(), outputShapes, name + " output");
      return new OnnxModel(session, input, names, inputShape, outputShapes);
    } catch (OrtException e) {
      close(session);
      throw new ModelException("cannot load " + name + ": " + firstLine(e), e);
    } catch (ModelException e) {
      close(session);
      throw e;
    }
  }

  private static OnnxTensor tensor(FloatBuffer values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values, shape);
  }

  private static FloatBuffer buffer(long[] shape) {
    long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return ByteBuffer.allocateDirect(Math.toIntExact(size * Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  @Override
  public FloatBuffer input() {
    return input.clear();
  }

  @Override
  public FloatBuffer run() throws ModelException {
    try {
      // Pinned tensors are ours: closing the result leaves them alone.
      session.run(inputTensors, outputTensors).close();
      return output(0);
    } catch (OrtException e) {
      throw new ModelException("inference failed: " + firstLine(e), e);
    }
  }

  @Override
  public FloatBuffer output(int index) {
    return outputs.get(index).clear();
  }

  @Override
  public void close() {
    inputTensors.values().forEach(OnnxTensor::close);
    outputTensors.values().forEach(OnnxTensor::close);
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
