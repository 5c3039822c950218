package io.coterie.protocol.message;

import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * How an agent is doing; every few seconds and after every change of its roles, not retained.
 *
 * @param queued frames waiting
 * @param droppedFrames frames dropped from the full queue since the start
 * @param failures inferences that failed since the start
 * @param models the students that run, and what it measured of them
 * @param fusers the deployments whose fuser runs
 * @param messages what people should know, such as a full disk; empty when all is well
 * @param fused what the fusers did not use; empty from agents that do not tell
 */
public record Report(
    long incarnation,
    int queued,
    long droppedFrames,
    long failures,
    List<ModelTime> models,
    List<String> fusers,
    List<String> messages,
    List<Fused> fused) {
  /**
   * Time from a frame's arrival at the agent to its portion's departure.
   *
   * @param bundle digest of the manifest
   * @param latencyMs mean of the last frames, which count most; includes decoding and emulated
   *     slowness
   * @param frames computed since the role began
   * @param totalMs sum over those frames: two reports give the mean of the frames between them,
   *     whether or not a report got lost; 0 from agents that do not tell
   */
  public record ModelTime(
      String bundle,
      int k,
      int partition,
      String student,
      double latencyMs,
      long frames,
      double totalMs) {
    public ModelTime {
      Check.text(bundle, "bundle");
      Check.positive(k, "k");
      Check.notNegative(partition, "partition");
      Check.text(student, "student");
      Check.notNegative(frames, "frames");
      if (!(totalMs >= 0) || Double.isInfinite(totalMs)) {
        throw new IllegalArgumentException("must be a finite number >= 0: totalMs=" + totalMs);
      }
    }
  }

  /**
   * What one deployment's fuser did not use since it began, and why.
   *
   * @param repeats frames that came again
   * @param fenced portions of another bundle, K or too low an epoch
   * @param garbage portions of the wrong shape
   * @param late portions of frames that were answered already
   */
  public record Fused(String deployment, long repeats, long fenced, long garbage, long late) {
    public Fused {
      Check.text(deployment, "deployment");
      Check.notNegative(repeats, "repeats");
      Check.notNegative(fenced, "fenced");
      Check.notNegative(garbage, "garbage");
      Check.notNegative(late, "late");
    }
  }

  public Report {
    Check.rising(incarnation, "incarnation");
    Check.notNegative(queued, "queued");
    Check.notNegative(droppedFrames, "droppedFrames");
    Check.notNegative(failures, "failures");
    models = Check.listOrEmpty(models, "models");
    fusers = Check.listOrEmpty(fusers, "fusers");
    messages = Check.listOrEmpty(messages, "messages");
    fused = Check.listOrEmpty(fused, "fused");
  }
}
