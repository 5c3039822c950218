package io.coterie.agent.pipeline;

import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PipelineRole;
import java.util.HashMap;
import java.util.Map;

/**
 * What this board knows of one neighbour. Not thread-safe.
 *
 * <p>Between two loads (ours): tasks that were handed over since are added to what the last one
 * said, and those whose acknowledgement came since are taken off, so that a burst does not go to
 * one neighbour, and none waits for a report before it gets more.
 */
final class NeighbourState {
  private PipelineRole.Neighbour neighbour;
  private boolean heard;
  private long heardNs;
  private int queued;
  private double waitMs;
  private double meanMs;
  private final Map<Integer, Average> transfers = new HashMap<>();
  private final Average anyTransfer = new Average();
  private final Average held = new Average();

  NeighbourState(PipelineRole.Neighbour neighbour) {
    this.neighbour = neighbour;
  }

  void assign(PipelineRole.Neighbour newNeighbour) {
    neighbour = newNeighbour;
  }

  String agent() {
    return neighbour.agent();
  }

  boolean holds(int segment) {
    return neighbour.holds(segment);
  }

  void heard(Load load, long nowNs) {
    heard = true;
    heardNs = nowNs;
    queued = load.queued();
    waitMs = load.waitMs();
    meanMs = queued > 0 ? waitMs / queued : meanMs;
  }

  /**
   * Whether the neighbour reported its load within this time (ours: a silent neighbour is offered
   * no tasks).
   */
  boolean isFresh(long nowNs, long withinNs) {
    return heard && nowNs - heardNs <= withinNs;
  }

  /** I of the neighbour, in tasks. */
  int queued() {
    return queued;
  }

  /** D plus I times Gamma of the neighbour: when it would compute a task of the segment. */
  double thereMs(int segment) {
    return transferMs(segment) + waitMs;
  }

  /** D to the neighbour; 0 if it was not measured yet, so that the neighbour gets tried. */
  private double transferMs(int segment) {
    Average mean = transfers.get(segment);
    return mean == null ? anyTransfer.or(0) : mean.or(0);
  }

  /**
   * When the acknowledgement of a task is to be expected that is handed over now.
   *
   * @param unknownMs what a task takes there, where that was never told
   */
  double expectedMs(int segment, double unknownMs) {
    return transferMs(segment) + Math.max(waitMs + each(unknownMs), held.or(0));
  }

  /**
   * A task is handed to the neighbour.
   *
   * @param unknownMs what a task takes there, where that was never told
   */
  void handed(double unknownMs) {
    queued++;
    waitMs += each(unknownMs);
  }

  private double each(double unknownMs) {
    return meanMs > 0 ? meanMs : unknownMs;
  }

  /**
   * An acknowledgement came. The transfer time (ours: of task and acknowledgement together) is what
   * is left of the round trip without the time that the task was held.
   */
  void returned(int segment, double roundTripMs, double heldMs, boolean done) {
    waitMs -= queued > 0 ? waitMs / queued : 0;
    queued = Math.max(0, queued - 1);
    double transferMs = Math.max(0, roundTripMs - heldMs);
    transfers.computeIfAbsent(segment, any -> new Average()).add(transferMs);
    anyTransfer.add(transferMs);
    if (done) {
      held.add(heldMs);
    }
  }
}
