package io.coterie.planner.pipeline;

import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.Pipeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which board holds which segments (ours): all of them where its memory allows. Where it does not,
 * the segments that fewest boards have room for are placed first, each on the board with the most
 * memory left; then every board takes, as long as one fits, the segment whose holders have the
 * least compute for what it costs.
 *
 * <p>Deterministic: boards and segments that are equal go by name and number.
 */
public final class SegmentPlacement {
  private final Pipeline pipeline;
  private final Map<String, Device> boards = new TreeMap<>();
  private final Map<String, Long> freeBytes = new TreeMap<>();
  private final Map<String, TreeSet<Integer>> held = new TreeMap<>();

  private SegmentPlacement(List<Device> devices, Pipeline pipeline) {
    this.pipeline = pipeline;
    for (Device device : devices) {
      boards.put(device.id(), device);
      freeBytes.put(device.id(), device.memoryBytes());
      held.put(device.id(), new TreeSet<>());
    }
  }

  /**
   * The segments of every board, rising, from 1.
   *
   * @param devices whose memory is what is left for this pipeline
   * @return by board; empty lists for boards that hold nothing
   */
  public static Map<String, List<Integer>> place(List<Device> devices, Pipeline pipeline) {
    SegmentPlacement placement = new SegmentPlacement(devices, pipeline);
    placement.rarestFirst();
    placement.boards.keySet().forEach(placement::fill);
    Map<String, List<Integer>> result = new TreeMap<>();
    placement.held.forEach((board, segments) -> result.put(board, List.copyOf(segments)));
    return result;
  }

  private void rarestFirst() {
    List<Integer> order = new ArrayList<>(segments());
    order.sort(Comparator.comparingLong(this::boardsWithRoom).thenComparing(s -> s));
    for (int segment : order) {
      boards.keySet().stream()
          .filter(board -> fits(board, segment))
          .max(Comparator.<String>comparingLong(freeBytes::get).thenComparing(this::flops))
          .ifPresent(board -> hold(board, segment));
    }
  }

  private void fill(String board) {
    for (Optional<Integer> next = scarcest(board); next.isPresent(); next = scarcest(board)) {
      hold(board, next.get());
    }
  }

  /** Of those that fit, the segment whose holders have the least compute for what it costs. */
  private Optional<Integer> scarcest(String board) {
    return segments().stream()
        .filter(segment -> !held.get(board).contains(segment) && fits(board, segment))
        .min(Comparator.comparingDouble(this::computePerCost));
  }

  private double computePerCost(int segment) {
    double compute =
        held.entrySet().stream()
            .filter(entry -> entry.getValue().contains(segment))
            .mapToDouble(entry -> flops(entry.getKey()))
            .sum();
    return compute / pipeline.segment(segment).flops();
  }

  private List<Integer> segments() {
    return IntStream.rangeClosed(1, pipeline.exits()).boxed().toList();
  }

  private long boardsWithRoom(int segment) {
    return boards.values().stream().filter(board -> board.memoryBytes() >= bytes(segment)).count();
  }

  private boolean fits(String board, int segment) {
    return freeBytes.get(board) >= bytes(segment);
  }

  private void hold(String board, int segment) {
    held.get(board).add(segment);
    freeBytes.merge(board, -bytes(segment), Long::sum);
  }

  private long bytes(int segment) {
    return pipeline.segment(segment).memoryBytes();
  }

  private double flops(String board) {
    return boards.get(board).flopsPerSecond();
  }
}
