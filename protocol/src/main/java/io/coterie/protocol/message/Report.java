package io.coterie.protocol.message;

import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Check;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How an agent is doing; every few seconds and after every change of its roles, not retained.
 *
 * @param queued frames waiting
 * @param droppedFrames frames dropped from the full queue since the start
 * @param failures inferences that failed since the start
 * @param models the students that run, and what it measured of them
 * @param fusers the deployments whose fuser runs
 * @param messages what people should know, such as a full disk; empty when all is well
 * @param fused what the fusers did; empty from agents that do not tell
 * @param stops what came of the frames that were to be stopped; none from agents that do not tell
 * @param pipelines what was done for pipelines; empty from agents that do not tell
 * @param board what the hardware says of itself; absent where it says nothing
 * @param capture what the agent's camera did; absent where it has none
 * @param trials what came of the bundles that it fetches or tries; empty from agents that do not
 *     tell
 */
public record Report(
    long incarnation,
    int queued,
    long droppedFrames,
    long failures,
    List<ModelTime> models,
    List<String> fusers,
    List<String> messages,
    List<FuserReport> fused,
    Stops stops,
    List<PipelineReport> pipelines,
    Board board,
    Capture capture,
    List<TrialReport> trials) {
  /**
   * Time from a frame's arrival at the agent to its portion's departure.
   *
   * @param bundle digest of the manifest
   * @param strategy rocoin from agents that do not tell
   * @param latencyMs mean of the last frames, which count most; includes decoding and emulated
   *     slowness
   * @param frames computed since the role began
   * @param totalMs sum over those frames: two reports give the mean of the frames between them,
   *     whether or not a report got lost; 0 from agents that do not tell. A frame that was stopped
   *     counts with what all its stages would have taken at the same pace.
   * @param stages frames that went through each stage since the role began; empty from agents that
   *     do not tell
   */
  public record ModelTime(
      String bundle,
      Strategy strategy,
      int k,
      int partition,
      String student,
      double latencyMs,
      long frames,
      double totalMs,
      List<Long> stages) {
    public ModelTime {
      strategy = strategy == null ? Strategy.ROCOIN : strategy;
      stages = Check.listOrEmpty(stages, "stages");
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
   * What one deployment's fuser did since it began, and what it did not use.
   *
   * @param repeats frames that came again
   * @param fenced portions of another bundle, strategy, K or too low an epoch
   * @param garbage portions of the wrong shape, or that were no numbers
   * @param late portions of frames that were answered already
   * @param exits frames that each exit answered; empty from agents that do not tell
   * @param threshold of the exit policy in force; 0 where frames do not leave early
   * @param hedged frames answered after waiting in vain for another fuser's result
   * @param garbageOf the garbage by the agent that sent it, of at most 64 agents
   * @param answers frames by what their result says; none from agents that do not tell
   */
  public record FuserReport(
      String deployment,
      long repeats,
      long fenced,
      long garbage,
      long late,
      List<Long> exits,
      double threshold,
      long hedged,
      Map<String, Long> garbageOf,
      ResultCounts answers) {
    /** Of a fuser that does not tell what its results say. */
    public FuserReport(
        String deployment,
        long repeats,
        long fenced,
        long garbage,
        long late,
        List<Long> exits,
        double threshold,
        long hedged,
        Map<String, Long> garbageOf) {
      this(deployment, repeats, fenced, garbage, late, exits, threshold, hedged, garbageOf, null);
    }

    public FuserReport {
      answers = answers == null ? ResultCounts.NONE : answers;
      exits = Check.listOrEmpty(exits, "exits");
      Check.text(deployment, "deployment");
      Check.notNegative(repeats, "repeats");
      Check.notNegative(fenced, "fenced");
      Check.notNegative(garbage, "garbage");
      Check.notNegative(late, "late");
      Check.notNegative(hedged, "hedged");
      garbageOf = Check.mapOrEmpty(garbageOf);
      garbageOf.values().forEach(count -> Check.notNegative(count, "garbageOf"));
    }

    /** How early frames leave, such as {@code threshold 0.12, exits 20/70/10}. */
    public String exitsText() {
      String counts = exits.stream().map(Object::toString).collect(Collectors.joining("/"));
      return String.format(Locale.ROOT, "threshold %.3g, exits %s", threshold, counts);
    }
  }

  /**
   * What came of the {@code stop} messages since the start.
   *
   * @param inTime frames whose remaining stages were dropped
   * @param late frames that were computed to the end already
   * @param unknown frames that this agent does not know
   */
  public record Stops(long inTime, long late, long unknown) {
    /** None came. */
    public static final Stops NONE = new Stops(0, 0, 0);

    public Stops {
      Check.notNegative(inTime, "inTime");
      Check.notNegative(late, "late");
      Check.notNegative(unknown, "unknown");
    }
  }

  /**
   * What one agent did for the pipeline of a deployment since its role began. Queues are those of
   * the moment.
   *
   * @param bundle digest of the manifest
   * @param pipeline its name
   * @param queued tasks in the input queue or being computed (I)
   * @param outgoing tasks in the output queue (O)
   * @param handed tasks that others have and no acknowledgement came for yet
   * @param computed tasks of each segment, from the first
   * @param offloaded tasks that were handed to others
   * @param reoffered of these, how many were taken back: their receiver was lost or late
   * @param refused tasks that were handed back to their sender
   * @param source what only the source counts; absent in all others
   */
  public record PipelineReport(
      String deployment,
      String bundle,
      String pipeline,
      int queued,
      int outgoing,
      int handed,
      List<Long> computed,
      long offloaded,
      long reoffered,
      long refused,
      Intake source) {
    public PipelineReport {
      Check.text(deployment, "deployment");
      Check.text(bundle, "bundle");
      Check.text(pipeline, "pipeline");
      Check.notNegative(queued, "queued");
      Check.notNegative(outgoing, "outgoing");
      Check.notNegative(handed, "handed");
      computed = Check.listOrEmpty(computed, "computed");
      Check.notNegative(offloaded, "offloaded");
      Check.notNegative(reoffered, "reoffered");
      Check.notNegative(refused, "refused");
    }
  }

  /**
   * What the source of a pipeline let in and answered.
   *
   * @param admitted frames
   * @param rejected frames beyond the admitted rate, or unusable
   * @param expired frames without an answer by their deadline
   * @param repeats frames or answers that came again
   * @param exits frames that each exit answered
   * @param ratePerSecond admitted now; 0 for all
   * @param threshold of the exit policy now
   */
  public record Intake(
      long admitted,
      long rejected,
      long expired,
      long repeats,
      List<Long> exits,
      double ratePerSecond,
      double threshold) {
    public Intake {
      Check.notNegative(admitted, "admitted");
      Check.notNegative(rejected, "rejected");
      Check.notNegative(expired, "expired");
      Check.notNegative(repeats, "repeats");
      exits = Check.listOrEmpty(exits, "exits");
    }
  }

  /**
   * What the hardware says of itself.
   *
   * @param temperatureCelsius of the processor; absent where it does not tell
   * @param throttled why the firmware slows the board down now, of {@code under-voltage}, {@code
   *     capped}, {@code throttled} and {@code hot}; empty where it does not
   * @param wasThrottled the same since the board was switched on
   */
  public record Board(
      Double temperatureCelsius, List<String> throttled, List<String> wasThrottled) {
    public Board {
      if (temperatureCelsius != null && !Double.isFinite(temperatureCelsius)) {
        throw new IllegalArgumentException(
            "must be a finite number: temperatureCelsius=" + temperatureCelsius);
      }
      throttled = Check.listOrEmpty(throttled, "throttled");
      wasThrottled = Check.listOrEmpty(wasThrottled, "wasThrottled");
    }
  }

  /**
   * What the agent's camera did since the start.
   *
   * @param deployment that its pictures are for
   * @param taken pictures published
   * @param failed times that none could be taken
   * @param answered pictures that a result came for
   * @param answer the last result's label, or why there is none; absent before the first
   * @param problem why no picture can be taken now; absent where one can
   */
  public record Capture(
      String deployment, long taken, long failed, long answered, String answer, String problem) {
    public Capture {
      Check.text(deployment, "deployment");
      Check.notNegative(taken, "taken");
      Check.notNegative(failed, "failed");
      Check.notNegative(answered, "answered");
    }
  }

  /** Of an agent without anything attached. */
  public Report(
      long incarnation,
      int queued,
      long droppedFrames,
      long failures,
      List<ModelTime> models,
      List<String> fusers,
      List<String> messages,
      List<FuserReport> fused,
      Stops stops,
      List<PipelineReport> pipelines) {
    this(
        incarnation,
        queued,
        droppedFrames,
        failures,
        models,
        fusers,
        messages,
        fused,
        stops,
        pipelines,
        null,
        null,
        List.of());
  }

  /** The same with what is attached; null where it tells nothing. */
  public Report with(Board newBoard, Capture newCapture) {
    return copy(newBoard, newCapture, trials);
  }

  /** The same with what came of trials. */
  public Report withTrials(List<TrialReport> newTrials) {
    return copy(board, capture, newTrials);
  }

  private Report copy(Board newBoard, Capture newCapture, List<TrialReport> newTrials) {
    return new Report(
        incarnation,
        queued,
        droppedFrames,
        failures,
        models,
        fusers,
        messages,
        fused,
        stops,
        pipelines,
        newBoard,
        newCapture,
        newTrials);
  }

  public Report {
    pipelines = Check.listOrEmpty(pipelines, "pipelines");
    stops = stops == null ? Stops.NONE : stops;
    Check.rising(incarnation, "incarnation");
    Check.notNegative(queued, "queued");
    Check.notNegative(droppedFrames, "droppedFrames");
    Check.notNegative(failures, "failures");
    models = Check.listOrEmpty(models, "models");
    fusers = Check.listOrEmpty(fusers, "fusers");
    messages = Check.listOrEmpty(messages, "messages");
    fused = Check.listOrEmpty(fused, "fused");
    trials = Check.listOrEmpty(trials, "trials");
  }
}
