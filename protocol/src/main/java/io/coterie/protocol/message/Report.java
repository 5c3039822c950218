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
 */
public record Report(
    long incarnation,
    int queued,
    long droppedFrames,
    long failures,
    List<ModelTime> models,
    List<String> fusers,
    List<String> messages) {
  /**
   * Time from a frame's arrival at the agent to its portion's departure, mean of the last frames.
   *
   * @param bundle digest of the manifest
   * @param latencyMs includes decoding and emulated slowness
   * @param frames computed since the role began
   */
  public record ModelTime(
      String bundle, int k, int partition, String student, double latencyMs, long frames) {
    public ModelTime {
      Check.text(bundle, "bundle");
      Check.positive(k, "k");
      Check.notNegative(partition, "partition");
      Check.text(student, "student");
      Check.notNegative(frames, "frames");
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
  }
}
