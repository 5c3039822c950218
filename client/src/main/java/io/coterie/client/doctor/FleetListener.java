package io.coterie.client.doctor;

import io.coterie.client.FleetClient;
import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Listens to a fleet at one broker.
 *
 * <p>Thread-safe.
 */
public final class FleetListener {
  private static final int MOST_LEADERS = 1_000;

  private final URI address;
  private final FleetClient client;
  private final List<OrchestratorState> leaders = new ArrayList<>();
  private final SortedMap<String, List<Long>> starts = new TreeMap<>();
  private final SortedMap<String, Set<String>> messages = new TreeMap<>();
  private FleetView observed = FleetView.NOTHING;

  /** Listens by a client that is connected to the address. */
  public FleetListener(URI address, FleetClient client) {
    this.address = address;
    this.client = client;
  }

  /** Begins. */
  public void listen() {
    client.hear(this::heard);
  }

  private synchronized void heard(FleetView now, Topics.Parsed topic, Message message) {
    observed = now;
    if (topic.topic() == Topic.ORCHESTRATOR_STATE && leaders.size() < MOST_LEADERS) {
      now.orchestrator().ifPresent(leaders::add);
    } else if (topic.topic() == Topic.AGENT_STATE) {
      now.fleet().member(topic.name()).state().ifPresent(state -> started(topic.name(), state));
    } else if (topic.topic() == Topic.AGENT_REPORT && now.reports().containsKey(topic.name())) {
      List<String> said = now.reports().get(topic.name()).messages();
      if (!said.isEmpty()) {
        messages.computeIfAbsent(topic.name(), agent -> new TreeSet<>()).addAll(said);
      }
    }
  }

  private void started(String agent, AgentState state) {
    if (state.state() == Availability.ONLINE) {
      List<Long> known = starts.computeIfAbsent(agent, name -> new ArrayList<>());
      if (!known.contains(state.incarnation())) {
        known.add(state.incarnation());
      }
    }
  }

  /**
   * What was heard so far.
   *
   * @param nowMs what our clock says, milliseconds since 1970
   */
  public synchronized FleetFacts facts(long nowMs) {
    return new FleetFacts(
        address, client.hears(), observed, leaders, starts, messages, Optional.empty(), nowMs);
  }
}
