package io.coterie.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.coterie.inference.BatchRunner.Done;
import io.coterie.inference.BatchRunner.Rows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs a student's stages or a pipeline's segments one after another over many rows. For training
 * and evaluation; boards run one frame at a time. Of a stage's outputs that of rank 2 is the
 * portion or the logits, the other the tensor that the next stage reads.
 *
 * <p>Not thread-safe.
 */
public final class StagedRunner implements AutoCloseable {
  private static final int BATCH = 128;

  private final List<OrtSession> sessions = new ArrayList<>();

  /**
   * Loads the stages.
   *
   * @param stages ONNX graphs from the first to the last; at least one
   * @param threads threads of one operation
   * @throws IllegalArgumentException if ONNX Runtime refuses one of them
   */
  public StagedRunner(List<byte[]> stages, int threads) {
    try {
      for (byte[] stage : stages) {
        sessions.add(Sessions.open(stage, threads));
      }
    } catch (OrtException e) {
      close();
      throw new IllegalArgumentException("ONNX Runtime refuses the graph: " + e.getMessage(), e);
    }
  }

  /**
   * Runs all rows.
   *
   * @return the portions or logits of every stage, row-major {@code [n, size]}
   * @throws IllegalStateException if a stage fails or does not fit the one before
   */
  public List<float[]> run(int n, Rows rows, Done done) {
    try {
      OrtSession first = sessions.get(0);
      String input = first.getInputNames().iterator().next();
      long[] shape = ((TensorInfo) first.getInputInfo().get(input).getInfo()).getShape();
      int size = 1;
      for (int i = 1; i < shape.length; i++) {
        size = Math.multiplyExact(size, Math.toIntExact(shape[i]));
      }
      FloatBuffer in =
          ByteBuffer.allocateDirect(Float.BYTES * BATCH * size)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      List<float[]> portions = new ArrayList<>();
      for (int from = 0; from < n; from += BATCH) {
        int to = Math.min(n, from + BATCH);
        in.clear();
        rows.write(from, to, in);
        shape[0] = (long) to - from;
        try (OnnxTensor tensor =
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), in.flip(), shape)) {
          stage(0, tensor, from, n, portions);
        }
        done.rows(to);
      }
      return portions;
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  private void stage(int index, OnnxTensor input, int from, int n, List<float[]> portions)
      throws OrtException {
    if (index == sessions.size()) {
      return;
    }
    OrtSession session = sessions.get(index);
    String name = session.getInputNames().iterator().next();
    try (OrtSession.Result result = session.run(Map.of(name, input))) {
      OnnxTensor hidden = null;
      for (Map.Entry<String, OnnxValue> output : result) {
        OnnxTensor tensor = (OnnxTensor) output.getValue();
        if (tensor.getInfo().getShape().length == 2) {
          keep(index, tensor, from, n, portions);
        } else {
          hidden = tensor;
        }
      }
      if (hidden == null && index < sessions.size() - 1) {
        throw new IllegalStateException("stage " + (index + 1) + " has no hidden tensor");
      }
      stage(index + 1, hidden, from, n, portions);
    }
  }

  private static void keep(int index, OnnxTensor tensor, int from, int n, List<float[]> portions) {
    FloatBuffer values = tensor.getFloatBuffer();
    int size = Math.toIntExact(tensor.getInfo().getShape()[1]);
    if (portions.size() == index) {
      portions.add(new float[Math.multiplyExact(n, size)]);
    }
    values.get(portions.get(index), from * size, values.remaining());
  }

  @Override
  public void close() {
    for (OrtSession session : sessions) {
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
