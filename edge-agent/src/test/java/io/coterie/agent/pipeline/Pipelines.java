package io.coterie.agent.pipeline;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Segment;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.PipelineRule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pipelines and roles for tests. A frame's score at an exit is even between 0 and {@link #WORST},
 * as that of ten labels is, and independent of the other exits.
 */
final class Pipelines {
  static final String DEPLOYMENT = "porch";
  static final String BUNDLE = "a".repeat(64);
  static final int LABELS = 10;
  static final double WORST = 0.9;
  static final int VALUES = 4;
  static final long MS = 1_000_000;

  private Pipelines() {}

  /** A pipeline whose segments need so many operations. */
  static Pipeline of(long... flops) {
    ModelFile file = new ModelFile("m.onnx", "b".repeat(64), 1);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < flops.length; i++) {
      List<Integer> activation = i == flops.length - 1 ? List.of() : List.of(VALUES);
      segments.add(new Segment(file, flops[i], 1, activation));
    }
    List<OperatingPoint> points =
        IntStream.range(0, 6).mapToObj(i -> point(0.1 * i, flops)).toList();
    ExitTable table = new ExitTable(ExitPolicy.MAX_SOFTMAX, "net", points);
    return new Pipeline("net", segments, file, 0.9, 0.9, List.of(table));
  }

  private static OperatingPoint point(double threshold, long[] flops) {
    List<Double> exits = new ArrayList<>();
    double left = 1;
    double leaving = threshold / WORST;
    for (int i = 0; i < flops.length - 1; i++) {
      exits.add(left * leaving);
      left -= left * leaving;
    }
    exits.add(left);
    double accuracy = 0.9 - 0.1 * threshold;
    return new OperatingPoint(threshold, accuracy, accuracy, computation(threshold, flops), exits);
  }

  /** Mean operations per frame, as a part of running to the end. */
  static double computation(double threshold, long... flops) {
    double left = 1;
    double sum = 0;
    double all = 0;
    for (long each : flops) {
      sum += left * each;
      all += each;
      left *= 1 - threshold / WORST;
    }
    return sum / all;
  }

  /** The logits of an answer with a score, the lower the surer, in (0, {@link #WORST}]. */
  static float[] logits(double score) {
    float[] logits = new float[LABELS];
    float others = (float) Math.log(score / (LABELS - 1));
    for (int i = 1; i < LABELS; i++) {
      logits[i] = others;
    }
    logits[0] = (float) Math.log(1 - score);
    return logits;
  }

  static ExitRule fixed(double threshold) {
    return new ExitRule(ExitPolicy.MAX_SOFTMAX, threshold, 0, null, null);
  }

  static ExitRule within(double maxAccuracyLoss) {
    return new ExitRule(ExitPolicy.MAX_SOFTMAX, null, maxAccuracyLoss, null, null);
  }

  static PipelineRule rule(PipelineRule.Admission admission) {
    return new PipelineRule(null, null, null, null, admission, null);
  }

  static PipelineRole role(
      List<Integer> segments,
      String source,
      String standby,
      List<PipelineRole.Neighbour> neighbours,
      long deadlineMs,
      ExitRule exitRule,
      PipelineRule rule) {
    return new PipelineRole(
        DEPLOYMENT,
        BUNDLE,
        "net",
        segments,
        source,
        standby,
        neighbours,
        deadlineMs,
        exitRule,
        rule);
  }

  static Message message(String id) {
    return Message.to("input").payload(id).correlation(id.getBytes(StandardCharsets.UTF_8)).build();
  }

  static FrameArrival arrival(String id) {
    return FrameArrival.of(FrameKey.of("cam", message(id)), message(id));
  }
}
