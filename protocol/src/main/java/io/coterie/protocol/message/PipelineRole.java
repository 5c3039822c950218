package io.coterie.protocol.message;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.util.List;

/**
 * To compute segments of a pipeline, and for one board to take in the frames and answer them.
 *
 * @param bundle digest of the bundle's manifest
 * @param pipeline name of the bundle's pipeline
 * @param segments those that this board holds, rising, from 1
 * @param source the board that takes frames in and answers them; it holds segment 1
 * @param standby the board that listens too, and goes on where the source is lost; empty for none
 * @param neighbours boards that tasks may be handed to; lists change with every loss
 * @param deadlineMs time from a frame's arrival to its answer, at most
 * @param exitRule when frames leave early
 * @param rule of the deployment
 */
public record PipelineRole(
    String deployment,
    String bundle,
    String pipeline,
    List<Integer> segments,
    String source,
    String standby,
    List<Neighbour> neighbours,
    long deadlineMs,
    ExitRule exitRule,
    PipelineRule rule) {
  /** A board that tasks may be handed to, and the segments that it holds, rising, from 1. */
  public record Neighbour(String agent, List<Integer> segments) {
    public Neighbour {
      Topics.checkName(agent, "neighbours.agent");
      segments = Check.list(segments, "neighbours.segments");
    }

    public boolean holds(int segment) {
      return segments.contains(segment);
    }
  }

  public PipelineRole {
    Topics.checkName(deployment, "deployment");
    Digest.check(bundle, "bundle");
    Check.text(pipeline, "pipeline");
    segments = Check.list(segments, "segments");
    segments.forEach(segment -> Check.positive(segment, "segments"));
    Topics.checkName(source, "source");
    standby = standby == null ? "" : standby;
    neighbours = Check.listOrEmpty(neighbours, "neighbours");
    Check.positive(deadlineMs, "deadlineMs");
    Check.present(exitRule, "exitRule");
    Check.present(rule, "rule");
  }

  public boolean holds(int segment) {
    return segments.contains(segment);
  }
}
