package io.coterie.client.doctor;

import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.message.OrchestratorState;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was heard of a fleet at one broker within a few seconds.
 *
 * @param hears whether we are allowed to listen
 * @param observed boards and deployments
 * @param leaders what was heard on the leaders' topic, in order
 * @param starts of each agent, the numbers of its starts that said they are online, in order
 * @param messages what agents had to say to people
 * @param large whether a large message of ours came back; empty where it was not tried or we may
 *     not publish
 * @param nowMs what our clock says, milliseconds since 1970
 */
public record FleetFacts(
    URI address,
    boolean hears,
    FleetView observed,
    List<OrchestratorState> leaders,
    SortedMap<String, List<Long>> starts,
    SortedMap<String, Set<String>> messages,
    Optional<Boolean> large,
    long nowMs) {
  public FleetFacts {
    leaders = List.copyOf(leaders);
    starts = Collections.unmodifiableSortedMap(new TreeMap<>(starts));
    messages = Collections.unmodifiableSortedMap(new TreeMap<>(messages));
  }

  /** The same with what came of sending a large message. */
  public FleetFacts withLarge(Optional<Boolean> arrived) {
    return new FleetFacts(address, hears, observed, leaders, starts, messages, arrived, nowMs);
  }
}
