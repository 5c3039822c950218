package io.coterie.agent.pipeline;

import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.PipelineRule;
import java.util.List;

/**
 * What a {@link SimulatedPipeline} runs on.
 *
 * @param speeds of the boards, in 1,000 operations per millisecond
 * @param segments that each board holds
 * @param failing part of the computations that fail
 */
record SimulatedPipelineFleet(
    Pipeline pipeline,
    List<Double> speeds,
    List<List<Integer>> segments,
    Topology topology,
    ExitRule exitRule,
    PipelineRule rule,
    long deadlineMs,
    Hops hops,
    double failing) {
  /** From all to all others. */
  static final Topology MESH = (a, b, boards) -> true;

  /** To the one before and the one after. */
  static final Topology RING = (a, b, boards) -> (a + 1) % boards == b || (b + 1) % boards == a;

  /** Whether a may hand tasks to b, of so many boards. */
  interface Topology {
    boolean joins(int a, int b, int boards);
  }

  /**
   * What hops are like. Only tasks, acknowledgements, answers and loads get lost, doubled or late.
   *
   * @param late part that takes up to {@code lateMs} more
   */
  record Hops(
      double leastMs, double mostMs, double lost, double doubled, double late, double lateMs) {
    static final Hops GOOD = new Hops(0.5, 1.5, 0, 0, 0, 0);
  }
}
