package io.coterie.agent.pipeline;

import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PipelineRole;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The boards that tasks may be handed to. Not thread-safe. */
final class Neighbours {
  /** Reports older than this many periods do not count (ours). */
  static final int FRESH_PERIODS = 3;

  private final Map<String, NeighbourState> neighbours = new LinkedHashMap<>();
  private long freshNs;

  /** Forgets who is not in the role any more. */
  void assign(PipelineRole role) {
    freshNs = TimeUnit.MILLISECONDS.toNanos(FRESH_PERIODS * role.rule().queues().periodMs());
    Map<String, NeighbourState> before = Map.copyOf(neighbours);
    neighbours.clear();
    for (PipelineRole.Neighbour neighbour : role.neighbours()) {
      NeighbourState state = before.getOrDefault(neighbour.agent(), new NeighbourState(neighbour));
      state.assign(neighbour);
      neighbours.put(neighbour.agent(), state);
    }
  }

  void heard(String neighbour, Load load, long nowNs) {
    find(neighbour).ifPresent(state -> state.heard(load, nowNs));
  }

  Optional<NeighbourState> find(String name) {
    return Optional.ofNullable(neighbours.get(name));
  }

  boolean contains(String name) {
    return neighbours.containsKey(name);
  }

  /** Whether the segment can be handed to anybody now. */
  boolean anyHolds(int segment, long nowNs) {
    return neighbours.values().stream()
        .anyMatch(p -> p.holds(segment) && p.isFresh(nowNs, freshNs));
  }

  /** Whether nobody in the role can take the task, now or later. */
  boolean noneCanTake(Work work) {
    return neighbours.values().stream().noneMatch(state -> fits(state, work));
  }

  /**
   * Those that the task can be offered to, the least time until it is computed first.
   *
   * @param must whether this board cannot compute it: then also those that were late with it
   */
  List<NeighbourState> candidates(Work work, boolean must, long nowNs) {
    List<NeighbourState> able =
        neighbours.values().stream()
            .filter(state -> fits(state, work) && state.isFresh(nowNs, freshNs))
            .sorted(Comparator.comparingDouble(state -> state.thereMs(work.segment())))
            .toList();
    List<NeighbourState> punctual =
        able.stream().filter(p -> !work.lateAt().contains(p.agent())).toList();
    return punctual.isEmpty() && must ? able : punctual;
  }

  /** A picture that one board could not use is looked at by the source itself. */
  private static boolean fits(NeighbourState state, Work work) {
    boolean refused =
        work.segment() == 1
            ? !work.refusedBy().isEmpty()
            : work.refusedBy().contains(state.agent());
    return state.holds(work.segment()) && !refused;
  }
}
