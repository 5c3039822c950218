package io.coterie.cli.doctor;

import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
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
final class FleetListener {
  private static final int LARGE_BYTES = 2 << 20;
  private static final int MOST_LEADERS = 1_000;

  private final URI address;
  private final Topics topics;
  private final MessageBus bus;
  private final List<OrchestratorState> leaders = new ArrayList<>();
  private final SortedMap<String, List<Long>> starts = new TreeMap<>();
  private final SortedMap<String, Set<String>> messages = new TreeMap<>();
  private final Set<String> echoes = new HashSet<>();
  private FleetView observed = FleetView.NOTHING;

  FleetListener(URI address, Topics topics, MessageBus bus) {
    this.address = address;
    this.topics = topics;
    this.bus = bus;
  }

  /** Begins. */
  void listen() {
    FleetView.TOPICS.forEach(topic -> bus.subscribe(topics.filter(topic), 1, this::received));
    bus.subscribe(topics.of(Topic.ORCHESTRATOR_STATE), 1, this::received);
  }

  private synchronized void received(Message message) {
    Optional<Topics.Parsed> topic = topics.parse(message.topic());
    try {
      if (topic.isPresent()) {
        heard(topic.get(), message);
      }
    } catch (JsonException e) {
      observed = observed.oneLeftOut();
    }
  }

  private void heard(Topics.Parsed topic, Message message) throws JsonException {
    observed = observed.after(topic, message.payload(), System.nanoTime());
    if (message.payload().length == 0) {
      return;
    }
    if (topic.topic() == Topic.ORCHESTRATOR_STATE) {
      if (leaders.size() < MOST_LEADERS) {
        leaders.add(Json.read(message.payload(), OrchestratorState.class));
      }
    } else if (topic.topic() == Topic.AGENT_STATE) {
      started(topic.name(), Json.read(message.payload(), AgentState.class));
    } else if (topic.topic() == Topic.AGENT_REPORT
        && observed.fleet().members().containsKey(topic.name())) {
      List<String> said = Json.read(message.payload(), Report.class).messages();
      if (!said.isEmpty()) {
        messages.computeIfAbsent(topic.name(), agent -> new TreeSet<>()).addAll(said);
      }
    }
  }

  private void started(String agent, AgentState state) {
    if (state.state() != Availability.ONLINE || !observed.fleet().members().containsKey(agent)) {
      return;
    }
    List<Long> known = starts.computeIfAbsent(agent, name -> new ArrayList<>());
    if (!known.contains(state.incarnation())) {
      known.add(state.incarnation());
    }
  }

  /** Sends a small message to ourselves, on a topic that is for models. */
  String echo(boolean large) {
    byte[] payload = new byte[large ? LARGE_BYTES : 1];
    String topic = topics.of(Topic.MODEL, Digest.of(payload));
    bus.subscribe(topic, 1, this::echoed);
    bus.publish(Message.to(topic).payload(payload).qos(1).build());
    return topic;
  }

  private synchronized void echoed(Message message) {
    echoes.add(message.topic());
  }

  /** Whether what was sent on the topic came back. */
  synchronized boolean hasEchoed(String topic) {
    return echoes.contains(topic);
  }

  /** What was heard so far. */
  synchronized FleetFacts facts(long nowMs) {
    return new FleetFacts(
        address,
        bus.hears(topics.of(Topic.ORCHESTRATOR_STATE)),
        observed,
        leaders,
        starts,
        messages,
        Optional.empty(),
        nowMs);
  }
}
