package io.coterie.agent.pipeline;

import io.coterie.agent.compute.Processor;
import io.coterie.agent.trial.TrialModels;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.PipelineRole;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The first segments of a pipeline that is tried, one after the other. */
public final class SegmentsOnTrial implements TrialModels {
  private static final FrameKey NO_FRAME = new FrameKey("canary", "trial");
  private static final float[] NOTHING = {};

  private final Manifest manifest;
  private final List<Integer> segments;
  private final LoadedSegments loaded;
  private final Processor processor;

  /**
   * Loads them.
   *
   * @param role whose segments are the first ones, rising
   * @param files their bytes by digest
   * @throws ModelException if one cannot be loaded; then none is
   */
  public SegmentsOnTrial(
      PipelineRole role, Manifest manifest, Function<String, byte[]> files, Processor processor)
      throws ModelException {
    this.manifest = manifest;
    this.processor = processor;
    segments = role.segments();
    Pipeline pipeline = manifest.pipeline(role.pipeline()).orElseThrow();
    loaded = LoadedSegments.load(manifest, pipeline, segments, files, processor, Optional.empty());
  }

  @Override
  public InputSpec input() {
    return manifest.input();
  }

  @Override
  public long run(FloatBuffer image) throws ModelException {
    float[] reads = new float[image.remaining()];
    image.get(reads);
    double slowestMs = 0;
    for (int segment : segments) {
      Work work = Work.later(NO_FRAME, segment, reads, List.of(), 0);
      Computed computed = loaded.run(work, processor.loop().nowNs());
      if (computed.failure().isPresent()) {
        throw new ModelException("segment " + segment + ": " + computed.failure().get());
      }
      TrialModels.checkNumbers(computed.logits(), "exit " + segment);
      TrialModels.checkNumbers(computed.activation(), "segment " + segment);
      reads = computed.activation().length == 0 ? NOTHING : computed.activation();
      slowestMs = Math.max(slowestMs, computed.ms());
    }
    return Math.round(slowestMs * 1e6);
  }

  @Override
  public void close() {
    loaded.close();
  }
}
