package io.coterie.planner.pipeline;

import io.coterie.protocol.message.PipelineRule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Who takes the frames in, who goes on where that board is lost, and who may hand tasks to whom.
 *
 * @param source empty where no board holds the first segment
 * @param standby another board that holds it; empty where there is none
 * @param neighbours of every board that holds something, by board, sorted
 * @param deadEnds where a frame can get to that its next segment cannot be reached from, in
 *     sentences for people
 * @param remarks what else is not as wished, in sentences for people
 */
public record Wiring(
    String source,
    String standby,
    Map<String, List<String>> neighbours,
    List<String> deadEnds,
    List<String> remarks) {
  public Wiring {
    neighbours = new TreeMap<>(neighbours);
    deadEnds = List.copyOf(deadEnds);
    remarks = List.copyOf(remarks);
  }

  /** A board's task that has got as far as this segment. */
  private record Reached(String board, int segment) {}

  /**
   * Wires the boards. The source stays where it is; where it is lost the standby follows, which
   * knows its frames.
   *
   * @param held the segments of every board, from 1
   * @param segments number of the pipeline's segments
   * @param strongestFirst names of all boards
   * @param sourceBefore empty for none; so is {@code standbyBefore}
   */
  public static Wiring of(
      Map<String, List<Integer>> held,
      int segments,
      PipelineRule rule,
      List<String> strongestFirst,
      String sourceBefore,
      String standbyBefore) {
    Set<String> working = new TreeSet<>();
    held.forEach(
        (board, those) -> {
          if (!those.isEmpty()) {
            working.add(board);
          }
        });
    List<String> remarks = new ArrayList<>();
    List<String> able =
        strongestFirst.stream()
            .filter(board -> held.getOrDefault(board, List.of()).contains(1))
            .toList();
    String source = first(able, b -> true, sourceBefore, standbyBefore, rule.source());
    if (!rule.source().isEmpty() && !able.contains(rule.source())) {
      remarks.add(
          "source %s is not there or has no room for segment 1%s"
              .formatted(
                  rule.source(), source.isEmpty() ? "" : ": " + source + " takes frames in"));
    }
    Map<String, List<String>> neighbours = neighbours(rule, working, remarks);
    List<String> near = neighbours.getOrDefault(source, List.of());
    List<String> others = new ArrayList<>(able);
    others.sort(Comparator.comparing(board -> !near.contains(board)));
    String standby = first(others, board -> !board.equals(source), standbyBefore);
    List<String> deadEnds =
        source.isEmpty() ? List.of() : deadEnds(held, segments, source, neighbours);
    return new Wiring(source, standby, neighbours, deadEnds, remarks);
  }

  /** The first of those wished for that is able, else the first that is able; empty for none. */
  private static String first(List<String> able, Predicate<String> fits, String... spec) {
    for (String board : spec) {
      if (able.contains(board) && fits.test(board)) {
        return board;
      }
    }
    return able.stream().filter(fits).findFirst().orElse("");
  }

  private static Map<String, List<String>> neighbours(
      PipelineRule rule, Set<String> working, List<String> remarks) {
    List<String> sorted = List.copyOf(working);
    Map<String, List<String>> neighbours = new TreeMap<>();
    for (int i = 0; i < sorted.size(); i++) {
      String board = sorted.get(i);
      int n = sorted.size();
      Set<String> others =
          switch (rule.topology()) {
            case MESH -> new TreeSet<>(sorted);
            case RING ->
                new TreeSet<>(List.of(sorted.get((i + 1) % n), sorted.get((i + n - 1) % n)));
            case LIST -> new TreeSet<>(rule.neighbours().getOrDefault(board, List.of()));
          };
      others.remove(board);
      others.retainAll(working);
      neighbours.put(board, List.copyOf(others));
    }
    rule.neighbours().forEach((board, others) -> checkList(rule, board, others, working, remarks));
    return neighbours;
  }

  private static void checkList(
      PipelineRule rule,
      String board,
      List<String> others,
      Set<String> working,
      List<String> remarks) {
    if (!working.contains(board)) {
      remarks.add("neighbour list of " + board + ": there is no such board now");
    }
    for (String other : others) {
      if (!rule.neighbours().containsKey(other)) {
        remarks.add(
            "neighbour list of %s names %s, which has no list: give it one, may it be empty"
                .formatted(board, other));
      }
    }
  }

  private static List<String> deadEnds(
      Map<String, List<Integer>> held,
      int segments,
      String source,
      Map<String, List<String>> neighbours) {
    Set<String> reasons = new TreeSet<>();
    Set<Reached> seen = new HashSet<>();
    Deque<Reached> open = new ArrayDeque<>(List.of(new Reached(source, 1)));
    while (!open.isEmpty()) {
      Reached here = open.pop();
      int next = here.segment() + 1;
      if (next > segments || !seen.add(here)) {
        continue;
      }
      List<String> holders = new ArrayList<>(neighbours.get(here.board()));
      holders.add(here.board());
      holders.removeIf(board -> !held.get(board).contains(next));
      holders.forEach(board -> open.push(new Reached(board, next)));
      if (holders.isEmpty()) {
        reasons.add(
            "%s computes segment %d, but neither it nor a neighbour of it holds segment %d"
                .formatted(here.board(), here.segment(), next));
      }
    }
    return List.copyOf(reasons);
  }
}
