package io.coterie.protocol.message;

import com.google.gson.annotations.SerializedName;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a fleet runs a pipeline (strategy mdi-exit).
 *
 * @param pipeline name of the bundle's pipeline; the bundle's first where it is not said
 * @param topology who may hand tasks to whom; mesh where it is not said
 * @param neighbours with the topology list: for each board those that it may hand tasks to; empty
 *     otherwise
 * @param source the board that takes the frames in; the strongest where it is not said
 * @param admission what gives way when more frames come than the fleet can compute; rate where it
 *     is not said
 * @param queues the rules' constants; the published ones where they are not said
 */
public record PipelineRule(
    String pipeline,
    Topology topology,
    Map<String, List<String>> neighbours,
    String source,
    Admission admission,
    Queues queues) {
  /** Who may hand tasks to whom. */
  public enum Topology {
    /** Every board to every other. */
    @SerializedName("mesh")
    MESH,
    /** Every board to the one before and the one after it, by name. */
    @SerializedName("ring")
    RING,
    /** As the neighbours say. */
    @SerializedName("list")
    LIST;

    /** As it is written in messages and on the command line. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What gives way when more frames come than the fleet can compute. */
  public enum Admission {
    /** Frames beyond the rate that the queues allow are rejected at once. */
    @SerializedName("rate")
    RATE,
    /** Frames leave earlier, as far as the exit rule's accuracy loss allows. */
    @SerializedName("threshold")
    THRESHOLD;

    /** As it is written in messages and on the command line. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The constants of offloading and admission, after MDI-Exit (arXiv 2408.05247); lengths are in
   * tasks.
   *
   * @param offload output queue above which a worker keeps its next task (there: T_O), > 0
   * @param low the source's queues below which more is admitted (T_Q1), > 0
   * @param high above which less is admitted (T_Q2), > low
   * @param most at which nothing is admitted or taken over any more (ours: bounds the memory), >
   *     high
   * @param step part by which the rate or threshold changes outside of the band, in (0, 1)
   * @param smallStep part by which it changes at most within the band, in [0, step]
   * @param periodMs time between two changes, and between two reports to the neighbours; 50 to
   *     10,000
   */
  public record Queues(
      int offload, int low, int high, int most, double step, double smallStep, long periodMs) {
    /** The published structure's starting values; {@code most} is ours. */
    public static final Queues STANDARD = new Queues(50, 10, 30, 256, 0.2, 0.1, 500);

    public Queues {
      Check.positive(offload, "queues.offload");
      Check.positive(low, "queues.low");
      if (high <= low || most <= high) {
        throw new IllegalArgumentException(
            "must rise: queues.low=%d high=%d most=%d".formatted(low, high, most));
      }
      if (!(step > 0 && step < 1) || !(smallStep >= 0 && smallStep <= step)) {
        throw new IllegalArgumentException(
            "step must be in (0, 1) and smallStep in [0, step]: queues.step=%s smallStep=%s"
                .formatted(step, smallStep));
      }
      if (periodMs < 50 || periodMs > 10_000) {
        throw new IllegalArgumentException("must be 50 to 10000: queues.periodMs=" + periodMs);
      }
    }
  }

  public PipelineRule {
    pipeline = pipeline == null ? "" : pipeline;
    topology = topology == null ? Topology.MESH : topology;
    neighbours = Collections.unmodifiableMap(new TreeMap<>(Check.mapOrEmpty(neighbours)));
    source = source == null ? "" : source;
    admission = admission == null ? Admission.RATE : admission;
    queues = queues == null ? Queues.STANDARD : queues;
    if ((topology == Topology.LIST) == neighbours.isEmpty()) {
      throw new IllegalArgumentException(
          "the topology list needs neighbours, and only that: topology=%s neighbours=%s"
              .formatted(topology.text(), neighbours));
    }
    if (!source.isEmpty()) {
      Topics.checkName(source, "source");
    }
    neighbours.forEach(PipelineRule::checkNeighbours);
  }

  private static void checkNeighbours(String board, List<String> others) {
    Topics.checkName(board, "neighbours");
    others.forEach(other -> Topics.checkName(other, "neighbours of " + board));
    if (others.contains(board)) {
      throw new IllegalArgumentException("a board cannot be its own neighbour: " + board);
    }
  }

  /** The bundle's first pipeline on a mesh, with rate adaptation and the published constants. */
  public static PipelineRule standard() {
    return new PipelineRule(null, null, null, null, null, null);
  }
}
