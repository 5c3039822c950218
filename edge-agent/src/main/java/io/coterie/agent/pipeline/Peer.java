package io.coterie.agent.pipeline;

import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PipelineRole;
import java.util.HashMap;
import java.util.Map;

/**
 * What this board knows of one neighbour. Not thread-safe.
 *
 * <p>Between two loads (ours): tasks that were handed over since are added to what the last one
 * said, and those whose receipt came since are taken off, so that a burst does not go to one
 * neighbour, and none waits for a report before it gets more.
 */
final class Peer {
  private PipelineRole.Neighbour neighbour;
  private Load load;
  private long heardNs;
  private int balance;
  private double meanMs;
  private final Map<Integer, Average> transfers = new HashMap<>();
  private final Average anyTransfer = new Average();
  private final Average held = new Average();

  Peer(PipelineRole.Neighbour neighbour) {
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

  /** The neighbour told its load. */
  void heard(Load newLoad, long nowNs) {
    load = newLoad;
    heardNs = nowNs;
    balance = 0;
    meanMs = newLoad.queued() > 0 ? newLoad.waitMs() / newLoad.queued() : meanMs;
  }

  /** Whether it was heard within the time (ours: who is silent gets nothing). */
  boolean isFresh(long nowNs, long withinNs) {
    return load != null && nowNs - heardNs <= withinNs;
  }

  /** I of the neighbour, in tasks. */
  int queued() {
    return Math.max(0, load.queued() + balance);
  }

  /**
   * I times Gamma of the neighbour.
   *
   * @param unknownMs what a task takes there, where that was never told
   */
  double waitMs(double unknownMs) {
    double each = meanMs > 0 ? meanMs : unknownMs;
    return Math.max(0, load.waitMs() + balance * each);
  }

  /** D to the neighbour; 0 where nothing was measured: then it gets tried. */
  double transferMs(int segment) {
    Average mean = transfers.get(segment);
    return mean == null ? anyTransfer.or(0) : mean.or(0);
  }

  /** When the receipt of a task is to be expected that is handed over now. */
  double expectedMs(int segment, double unknownMs) {
    return transferMs(segment) + Math.max(waitMs(unknownMs) + unknownMs, held.or(0));
  }

  /** A task is handed to the neighbour. */
  void handed() {
    balance++;
  }

  /**
   * A receipt came. The transfer time (ours: of task and receipt together) is what is left of the
   * round trip without the time that the task was held.
   */
  void returned(int segment, double roundTripMs, double heldMs, boolean done) {
    balance--;
    double transferMs = Math.max(0, roundTripMs - heldMs);
    transfers.computeIfAbsent(segment, any -> new Average()).add(transferMs);
    anyTransfer.add(transferMs);
    if (done) {
      held.add(heldMs);
    }
  }
}
