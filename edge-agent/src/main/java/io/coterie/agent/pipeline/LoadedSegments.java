package io.coterie.agent.pipeline;

import io.coterie.agent.throttle.Throttle;
import io.coterie.inference.Engine;
import io.coterie.inference.Graph;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Segment;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The segments of a pipeline that a board holds in memory.
 *
 * <p>Not thread-safe: {@link #run} is for the engine's thread alone, and so is closing.
 */
final class LoadedSegments implements AutoCloseable {
  /** Which output of a segment's graph is the activation; the first are the logits. */
  private static final int ACTIVATION = 1;

  private static final float[] NOTHING = {};

  private final Pipeline pipeline;
  private final InputSpec input;
  private final Map<Integer, Graph> models;

  private LoadedSegments(Pipeline pipeline, InputSpec input, Map<Integer, Graph> models) {
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
   * @param engine loads the graphs
   * @throws ModelException if the files are no such segments; then nothing stays loaded
   */
  static LoadedSegments load(
      Manifest manifest,
      Pipeline pipeline,
      List<Integer> segments,
      Function<String, byte[]> files,
      int threads,
      Engine engine)
      throws ModelException {
    Map<Integer, Graph> models = new TreeMap<>();
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
        models.put(k, engine.load(onnx, segment.model().path(), reads, outputs, threads));
        models.get(k).run();
      }
      return new LoadedSegments(pipeline, manifest.input(), models);
    } catch (ModelException e) {
      models.values().forEach(Graph::close);
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

  /** Floating-point operations of a segment, from 1. */
  double flops(int segment) {
    return pipeline.segment(segment).flops();
  }

  /**
   * Decodes the picture where the segment is the first, and computes.
   *
   * @param startNs when the job was begun, by the clock
   */
  Computed run(Job job, Throttle throttle, LongSupplier clock, long startNs) {
    Graph model = models.get(job.segment());
    try {
      if (job.frame().isPresent()) {
        FrameDecoder.decode(job.frame().get(), input, model.input());
      } else {
        model.input().put(job.activation());
      }
      float[] logits = values(model.run());
      boolean last = job.segment() == pipeline.exits();
      float[] activation = last ? NOTHING : values(model.output(ACTIVATION));
      throttle.after(clock.getAsLong() - startNs);
      return Computed.of(job, ms(clock.getAsLong() - startNs), logits, activation);
    } catch (FrameRejectedException e) {
      return Computed.rejected(job, ms(clock.getAsLong() - startNs), e.getMessage());
    } catch (ModelException e) {
      return Computed.failed(job, ms(clock.getAsLong() - startNs), e.getMessage());
    }
  }

  private static float[] values(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static double ms(long ns) {
    return ns / 1e6;
  }

  @Override
  public void close() {
    models.values().forEach(Graph::close);
  }
}
