package io.coterie.agent.pipeline;

import io.coterie.agent.compute.Processor;
import io.coterie.inference.Graph;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Segment;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

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
  private final Processor processor;

  private LoadedSegments(
      Pipeline pipeline, InputSpec input, Map<Integer, Graph> models, Processor processor) {
    this.pipeline = pipeline;
    this.input = input;
    this.models = models;
    this.processor = processor;
  }

  /**
   * Loads segments and runs each once, so that the first frame is as fast as the next.
   *
   * @param segments from 1
   * @param files the bytes of a file by its digest
   * @param before of the same pipeline; segments that are needed again are taken from there
   * @throws ModelException if the files are no such segments; then nothing stays loaded
   */
  static LoadedSegments load(
      Manifest manifest,
      Pipeline pipeline,
      List<Integer> segments,
      Function<String, byte[]> files,
      Processor processor,
      Optional<LoadedSegments> before)
      throws ModelException {
    InputSpec image = manifest.input();
    int labels = manifest.labels().size();
    Map<Integer, Graph> there = before.map(loaded -> loaded.models).orElse(Map.of());
    Map<Integer, Graph> models = new TreeMap<>(there);
    models.keySet().retainAll(segments);
    try {
      for (int k : segments) {
        if (models.containsKey(k)) {
          continue;
        }
        Segment segment = pipeline.segment(k);
        List<Integer> reads =
            k == 1
                ? List.of(image.channels(), image.height(), image.width())
                : pipeline.segment(k - 1).activation();
        Graph graph = processor.load(segment.model(), files, reads, labels, segment.activation());
        models.put(k, graph);
        graph.run();
      }
      return new LoadedSegments(pipeline, image, models, processor);
    } catch (ModelException | RuntimeException e) {
      models.keySet().removeAll(there.keySet());
      models.values().forEach(Graph::close);
      throw e;
    }
  }

  boolean has(List<Integer> segments) {
    return models.keySet().containsAll(segments);
  }

  /** Floating-point operations of a segment, from 1. */
  double flops(int segment) {
    return pipeline.segment(segment).flops();
  }

  /**
   * Decodes the picture where the segment is the first, and computes.
   *
   * @param startNs when the computation was begun, by the clock
   */
  Computed run(Work work, long startNs) {
    Graph model = models.get(work.segment());
    try {
      if (work.frame().isPresent()) {
        FrameDecoder.decode(work.frame().get(), input, model.input());
      } else {
        model.input().put(work.activation());
      }
      float[] logits = values(model.run());
      boolean last = work.segment() == pipeline.exits();
      float[] activation = last ? NOTHING : values(model.output(ACTIVATION));
      processor.slowDown(startNs);
      return Computed.of(work, sinceMs(startNs), logits, activation);
    } catch (FrameRejectedException e) {
      return Computed.rejected(work, sinceMs(startNs), e.getMessage());
    } catch (ModelException e) {
      return Computed.failed(work, sinceMs(startNs), e.getMessage());
    }
  }

  private static float[] values(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private double sinceMs(long startNs) {
    return processor.sinceNs(startNs) / 1e6;
  }

  /** Closes all that the next role does not have. */
  void closeExcept(List<Integer> segments) {
    models.forEach(
        (k, graph) -> {
          if (!segments.contains(k)) {
            graph.close();
          }
        });
  }

  @Override
  public void close() {
    closeExcept(List.of());
  }
}
