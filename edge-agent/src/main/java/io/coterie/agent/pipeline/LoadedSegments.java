package io.coterie.agent.pipeline;

import io.coterie.agent.throttle.Throttle;
import io.coterie.inference.ModelException;
import io.coterie.inference.OnnxModel;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Segment;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The segments of a pipeline that a board holds in memory.
 *
 * <p>Not thread-safe: {@link #run} is for the inference thread alone, and so is closing.
 */
final class LoadedSegments implements AutoCloseable {
  /** Which output of a segment's graph is the activation; the first are the logits. */
  private static final int ACTIVATION = 1;

  private static final float[] NOTHING = {};

  private final Pipeline pipeline;
  private final InputSpec input;
  private final Map<Integer, OnnxModel> models;

  private LoadedSegments(Pipeline pipeline, InputSpec input, Map<Integer, OnnxModel> models) {
    this.pipeline = pipeline;
    this.input = input;
    this.models = models;
  }

  /**
   * Loads segments and runs each once, so that the first frame is as fast as the next.
   *
   * @param segments from 1
   * @param files the bytes of a file by its digest
   * @param threads for one inference
   * @throws ModelException if the files are no such segments; then nothing stays loaded
   */
  static LoadedSegments load(
      Manifest manifest,
      Pipeline pipeline,
      List<Integer> segments,
      Function<String, byte[]> files,
      int threads)
      throws ModelException {
    Map<Integer, OnnxModel> models = new TreeMap<>();
    try {
      for (int k : segments) {
        Segment segment = pipeline.segment(k);
        List<long[]> outputs = new ArrayList<>();
        outputs.add(new long[] {1, manifest.labels().size()});
        if (!segment.activation().isEmpty()) {
          outputs.add(shape(segment.activation()));
        }
        byte[] onnx = files.apply(segment.model().sha256());
        long[] reads = inputShape(manifest.input(), pipeline, k);
        models.put(k, OnnxModel.load(onnx, segment.model().path(), reads, outputs, threads));
        models.get(k).run();
      }
      return new LoadedSegments(pipeline, manifest.input(), models);
    } catch (ModelException e) {
      models.values().forEach(OnnxModel::close);
      throw e;
    }
  }

  private static long[] inputShape(InputSpec image, Pipeline pipeline, int segment) {
    return segment == 1
        ? new long[] {1, image.channels(), image.height(), image.width()}
        : shape(pipeline.segment(segment - 1).activation());
  }

  /** {@code [1, sizes...]}. */
  private static long[] shape(List<Integer> sizes) {
    long[] shape = new long[sizes.size() + 1];
    shape[0] = 1;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = sizes.get(i - 1);
    }
    return shape;
  }

  /** Decodes the picture where the segment is the first, and computes. */
  Computed run(Job job, Throttle throttle) {
    long startNs = System.nanoTime();
    OnnxModel model = models.get(job.segment());
    try {
      if (job.frame().isPresent()) {
        decode(job.frame().get(), model.input());
      } else {
        model.input().put(job.activation());
      }
      float[] logits = values(model.run());
      boolean last = job.segment() == pipeline.exits();
      float[] activation = last ? NOTHING : values(model.output(ACTIVATION));
      throttle.after(System.nanoTime() - startNs);
      return Computed.of(job, ms(startNs), logits, activation);
    } catch (FrameRejectedException e) {
      return Computed.rejected(job, ms(startNs), e.getMessage());
    } catch (ModelException e) {
      return Computed.failed(job, ms(startNs), e.getMessage());
    }
  }

  private void decode(Message frame, FloatBuffer into) throws FrameRejectedException {
    FrameDecoder.decode(
        frame.payload(),
        frame.property(FrameDecoder.DTYPE),
        frame.property(FrameDecoder.SHAPE),
        input,
        into);
  }

  private static float[] values(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static double ms(long startNs) {
    return (System.nanoTime() - startNs) / 1e6;
  }

  @Override
  public void close() {
    models.values().forEach(OnnxModel::close);
  }
}
