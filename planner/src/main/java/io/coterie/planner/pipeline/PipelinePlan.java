package io.coterie.planner.pipeline;

import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.Reliability;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.PipelineRule;
import io.coterie.protocol.message.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How a fleet runs a pipeline, and what is to be expected of it.
 *
 * @param segments number of the pipeline's segments
 * @param held the segments of every board, rising, from 1
 * @param expectedAccuracy what the exit rule comes to on held-out data
 * @param framesPerSecond what all boards can compute together with that rule, by their benchmarks;
 *     an upper bound, for transfers cost too
 * @param latencySeconds of a frame that the source computes alone, nothing waiting
 * @param deadlineSeconds that the latency should keep; infinite where there is none
 * @param success probability that the source or its standby is there, and a board for every
 *     segment; boards that hold several segments are lost with all of them
 * @param reasons what is missing or wrong, in sentences for people; empty if all is well
 */
public record PipelinePlan(
    String pipeline,
    int segments,
    Map<String, List<Integer>> held,
    Wiring wiring,
    double expectedAccuracy,
    double framesPerSecond,
    double latencySeconds,
    double deadlineSeconds,
    double success,
    List<Reason> reasons) {
  private static final int MOST_SETS = 16;

  public PipelinePlan {
    held = new TreeMap<>(held);
    reasons = List.copyOf(reasons);
  }

  /**
   * Plans a pipeline over boards.
   *
   * @param devices whose memory is what is left for this pipeline
   * @param deadlineSeconds infinite where there is none
   * @param sourceBefore empty for none; so is {@code standbyBefore}
   */
  public static PipelinePlan of(
      List<Device> devices,
      Pipeline pipeline,
      ExitRule exits,
      PipelineRule rule,
      double deadlineSeconds,
      String sourceBefore,
      String standbyBefore) {
    Map<String, List<Integer>> held = SegmentPlacement.place(devices, pipeline);
    List<String> strongestFirst =
        devices.stream()
            .sorted(
                Comparator.comparingDouble(Device::flopsPerSecond)
                    .reversed()
                    .thenComparing(Device::id))
            .map(Device::id)
            .toList();
    Wiring wiring =
        Wiring.of(held, pipeline.exits(), rule, strongestFirst, sourceBefore, standbyBefore);
    List<Reason> reasons = new ArrayList<>(missing(devices, pipeline, held));
    reasons.addAll(wiringReasons(wiring.deadEnds()));
    reasons.addAll(wiringReasons(wiring.remarks()));
    OperatingPoint point = point(pipeline, exits);
    double flops = expectedFlops(pipeline, point);
    double latency =
        devices.stream()
            .filter(device -> device.id().equals(wiring.source()))
            .mapToDouble(device -> flops / device.flopsPerSecond())
            .sum();
    if (latency > deadlineSeconds) {
      reasons.add(
          Reason.of(
              Reason.Code.DEADLINE_MISSED,
              String.format(
                  Locale.ROOT,
                  "predicted latency %.2f ms exceeds the deadline of %.2f ms",
                  1e3 * latency,
                  1e3 * deadlineSeconds)));
    }
    return new PipelinePlan(
        pipeline.name(),
        pipeline.exits(),
        held,
        wiring,
        point.validation(),
        devices.stream().mapToDouble(Device::flopsPerSecond).sum() / flops,
        latency,
        deadlineSeconds,
        success(devices, pipeline.exits(), held, wiring),
        reasons);
  }

  /** The operating point that a rule comes to: the cheapest within its budget, or a fixed one. */
  public static OperatingPoint point(Pipeline pipeline, ExitRule exits) {
    return pipeline
        .table(exits.policy())
        .map(exits::point)
        .orElseGet(() -> pipeline.policies().get(0).toTheEnd());
  }

  private static double expectedFlops(Pipeline pipeline, OperatingPoint point) {
    double flops = 0;
    for (int exit = 1; exit <= pipeline.exits(); exit++) {
      flops += point.exits().get(exit - 1) * pipeline.flopsTo(exit);
    }
    return flops;
  }

  /** What is wrong with a wiring, as reasons. */
  public static List<Reason> wiringReasons(List<String> texts) {
    return texts.stream().map(text -> Reason.of(Reason.Code.PIPELINE_WIRING, text)).toList();
  }

  private static List<Reason> missing(
      List<Device> devices, Pipeline pipeline, Map<String, List<Integer>> held) {
    List<Reason> missing = new ArrayList<>();
    long most = devices.stream().mapToLong(Device::memoryBytes).max().orElse(0);
    for (int segment = 1; segment <= pipeline.exits(); segment++) {
      int wanted = segment;
      if (held.values().stream().noneMatch(segments -> segments.contains(wanted))) {
        missing.add(
            Reason.ofPartition(
                Reason.Code.PARTITION_MISSING,
                segment - 1,
                "segment %d is missing everywhere: it takes %d bytes, the board with the most memory has %d"
                    .formatted(segment, pipeline.segment(segment).memoryBytes(), most)));
      }
    }
    return devices.isEmpty()
        ? List.of(Reason.of(Reason.Code.NO_BOARDS, "no boards: start an agent"))
        : missing;
  }

  /**
   * Exact: segments that the same boards hold are there or missing together. Where more than
   * {@value #MOST_SETS} different sets of boards hold them, which takes as many boards with little
   * memory, the sets count as independent, and the result is a lower bound.
   */
  private static double success(
      List<Device> devices, int segments, Map<String, List<Integer>> held, Wiring wiring) {
    Set<Set<String>> holders = new LinkedHashSet<>();
    for (int segment = 1; segment <= segments; segment++) {
      Set<String> of = new TreeSet<>();
      for (Device device : devices) {
        boolean counts =
            segment == 1
                ? List.of(wiring.source(), wiring.standby()).contains(device.id())
                : held.get(device.id()).contains(segment);
        if (counts) {
          of.add(device.id());
        }
      }
      holders.add(of);
    }
    double[] fails = devices.stream().mapToDouble(Device::failureProbability).toArray();
    if (holders.size() > MOST_SETS) {
      return holders.stream().mapToDouble(of -> oneIsThere(devices, of)).reduce(1, (x, y) -> x * y);
    }
    int[] hosted = new int[devices.size()];
    int bit = 1;
    for (Set<String> of : holders) {
      for (int board = 0; board < hosted.length; board++) {
        hosted[board] |= of.contains(devices.get(board).id()) ? bit : 0;
      }
      bit <<= 1;
    }
    return Reliability.presentDistribution(holders.size(), hosted, fails)[bit - 1];
  }

  private static double oneIsThere(List<Device> devices, Set<String> boards) {
    double allFail = 1;
    for (Device device : devices) {
      allFail *= boards.contains(device.id()) ? device.failureProbability() : 1;
    }
    return 1 - allFail;
  }

  /** The same with more for a person to know, which comes first. */
  public PipelinePlan with(List<Reason> more) {
    return new PipelinePlan(
        pipeline,
        segments,
        held,
        wiring,
        expectedAccuracy,
        framesPerSecond,
        latencySeconds,
        deadlineSeconds,
        success,
        Stream.concat(more.stream(), reasons.stream()).toList());
  }

  /** Whether frames are answered, and in time as far as the model tells. */
  public boolean complete() {
    return runs() && latencySeconds <= deadlineSeconds;
  }

  /** Whether every segment is held and every frame can get to its end. */
  public boolean runs() {
    return !wiring.source().isEmpty()
        && holders().stream().noneMatch(List::isEmpty)
        && wiring.deadEnds().isEmpty();
  }

  /** The boards of every segment, from the first. */
  public List<List<String>> holders() {
    List<List<String>> holders = new ArrayList<>();
    for (int segment = 1; segment <= segments; segment++) {
      int wanted = segment;
      holders.add(
          held.entrySet().stream()
              .filter(entry -> entry.getValue().contains(wanted))
              .map(Map.Entry::getKey)
              .toList());
    }
    return holders;
  }
}
