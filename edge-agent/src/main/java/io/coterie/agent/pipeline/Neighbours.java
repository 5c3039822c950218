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

  private final Map<String, Peer> peers = new LinkedHashMap<>();
  private long freshNs;

  /** Forgets who is not in the role any more. */
  void assign(PipelineRole role) {
    freshNs = TimeUnit.MILLISECONDS.toNanos(FRESH_PERIODS * role.rule().queues().periodMs());
    Map<String, Peer> before = Map.copyOf(peers);
    peers.clear();
    for (PipelineRole.Neighbour neighbour : role.neighbours()) {
      Peer peer = before.getOrDefault(neighbour.agent(), new Peer(neighbour));
      peer.assign(neighbour);
      peers.put(neighbour.agent(), peer);
    }
  }

  void heard(String neighbour, Load load, long nowNs) {
    peer(neighbour).ifPresent(peer -> peer.heard(load, nowNs));
  }

  Optional<Peer> peer(String name) {
    return Optional.ofNullable(peers.get(name));
  }

  boolean contains(String name) {
    return peers.containsKey(name);
  }

  /** Whether the segment can be handed to anybody now. */
  boolean anyHolds(int segment, long nowNs) {
    return peers.values().stream().anyMatch(p -> p.holds(segment) && p.isFresh(nowNs, freshNs));
  }

  /** Whether nobody in the role can take the task, now or later. */
  boolean noneCanTake(Work work) {
    return peers.values().stream().noneMatch(peer -> fits(peer, work));
  }

  /**
   * Those that the task can be offered to, the least time until it is computed first.
   *
   * @param must whether this board cannot compute it: then also those that were late with it
   */
  List<Peer> candidates(Work work, boolean must, long nowNs) {
    List<Peer> able =
        peers.values().stream()
            .filter(peer -> fits(peer, work) && peer.isFresh(nowNs, freshNs))
            .sorted(Comparator.comparingDouble(peer -> peer.thereMs(work.segment())))
            .toList();
    List<Peer> punctual = able.stream().filter(p -> !work.lateAt().contains(p.agent())).toList();
    return punctual.isEmpty() && must ? able : punctual;
  }

  /** A picture that one board could not use is looked at by the source itself. */
  private static boolean fits(Peer peer, Work work) {
    boolean refused =
        work.segment() == 1 ? !work.refusedBy().isEmpty() : work.refusedBy().contains(peer.agent());
    return peer.holds(work.segment()) && !refused;
  }
}
