package io.coterie.orchestrator.deployment;

import io.coterie.client.fleet.Membership;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/**
 * A broker, orchestrators and boards in virtual time of milliseconds. Messages from a sender to the
 * broker, and from the broker to a receiver, keep their order, as MQTT's do.
 */
final class Orchestrators {
  static final String DEPLOYMENT = "cam";

  private static final Manifest MANIFEST = Fixtures.manifest(2);
  private static final String STATE = "orchestrator";
  private static final String SPEC = "spec/" + DEPLOYMENT;

  private static final int DELAY_MS = 40;

  /** So slow that a leader is taken for lost, and goes on for a while. */
  private static final int SLOW_MS = 2_000;

  private record Event(long atMs, long order, Runnable action) {}

  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::order));
  private final Map<String, Object> retained = new TreeMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, SimulatedBoard> boards = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private long nowMs = 1_000;
  private long order;

  Orchestrators(Random random, int orchestrators, int agents) {
    this.random = random;
    retained.put(SPEC, Fixtures.spec(MANIFEST, 0.5));
    for (int i = 0; i < agents; i++) {
      boards.put("board-" + i, new SimulatedBoard("board-" + i, retained, this::accept));
    }
    for (int i = 0; i < orchestrators; i++) {
      nodes.add(new Node("orchestrator-" + i));
    }
    boards.values().forEach(SimulatedBoard::start);
    boards.values().forEach(this::report);
    nodes.forEach(Node::connect);
  }

  List<String> violations() {
    return violations;
  }

  List<State> leaders() {
    return nodes.stream()
        .map(node -> node.state)
        .filter(state -> state.phase() == State.Phase.READY)
        .toList();
  }

  /** What the boards that are there carry out. */
  Map<String, Assignment> assignments() {
    Map<String, Assignment> all = new TreeMap<>();
    boards.values().stream().filter(b -> b.online).forEach(b -> all.put(b.id, b.assignment));
    return all;
  }

  Map<String, PlanMessage> retainedPlans() {
    Map<String, PlanMessage> plans = new TreeMap<>();
    retained.forEach(
        (topic, value) -> {
          if (value instanceof PlanMessage plan) {
            plans.put(topic.substring("plan/".length()), plan);
          }
        });
    return plans;
  }

  void disturb() {
    Node node = nodes.get(random.nextInt(nodes.size()));
    SimulatedBoard board = boards.get("board-" + random.nextInt(boards.size()));
    switch (random.nextInt(10)) {
      case 0, 1 -> node.crash();
      case 2 -> node.cut();
      case 3 -> restartBroker();
      case 4 -> board.stop();
      case 5 -> board.start();
      case 6, 7 -> node.delayMs = SLOW_MS;
      case 8 -> node.delayMs = DELAY_MS;
      default -> node.connect();
    }
  }

  void settle() {
    nodes.forEach(node -> node.delayMs = DELAY_MS);
    nodes.forEach(Node::connect);
    boards.values().forEach(SimulatedBoard::start);
    run(60_000);
  }

  void run(long milliseconds) {
    long endMs = nowMs + milliseconds;
    while (!events.isEmpty() && events.peek().atMs() <= endMs) {
      Event event = events.poll();
      nowMs = event.atMs();
      event.action().run();
    }
    nowMs = endMs;
  }

  private void later(long milliseconds, Runnable action) {
    events.add(new Event(nowMs + milliseconds, order++, action));
  }

  /** Specs survive: the broker's owner keeps them on disk, as Mosquitto does. */
  private void restartBroker() {
    Object spec = retained.get(SPEC);
    retained.clear();
    retained.put(SPEC, spec);
    for (Node node : nodes) {
      boolean wasConnected = node.connected;
      node.disconnected();
      if (wasConnected) {
        later(random.nextInt(500), node::connect);
      }
    }
    boards.values().stream().filter(b -> b.online).forEach(b -> later(300, b::announce));
  }

  private void report(SimulatedBoard board) {
    if (board.online) {
      nodes.forEach(node -> node.deliver("report/" + board.id, board.incarnation));
    }
    later(5_000, () -> report(board));
  }

  /** At the broker. */
  private void accept(String topic, Object value) {
    retained.put(topic, value);
    nodes.forEach(node -> node.deliver(topic, value));
    SimulatedBoard board = boards.get(topic.replace("assignment/", ""));
    if (board != null && value instanceof Assignment assignment) {
      board.receive(assignment);
    }
  }

  private final class Node {
    final String id;
    State state;
    boolean connected;
    int delayMs = DELAY_MS;
    private PersistedState persisted = PersistedState.NOTHING;
    private OrchestratorState will;
    private int connection;
    private long sentMs;
    private long heardMs;

    Node(String id) {
      this.id = id;
      start();
    }

    private void start() {
      state = State.initial(id, nowMs, persisted);
      will = new OrchestratorState(Availability.OFFLINE, state.term(), id);
    }

    void connect() {
      if (connected) {
        return;
      }
      connected = true;
      connection++;
      retained.forEach((topic, value) -> deliver(topic, value));
      later(1, () -> input(new Input.Connected()));
    }

    void crash() {
      cut();
      start();
      later(random.nextInt(2_000), this::connect);
    }

    /** What was on its way still arrives, and the will after it. */
    void cut() {
      if (connected) {
        disconnected();
        sentMs = Math.max(sentMs, nowMs) + random.nextInt(100);
        later(sentMs - nowMs, () -> accept(STATE, will));
      }
    }

    void disconnected() {
      if (connected) {
        connected = false;
        connection++;
        input(new Input.Disconnected());
      }
    }

    void deliver(String topic, Object value) {
      if (connected) {
        int to = connection;
        heardMs = Math.max(heardMs, nowMs + random.nextInt(delayMs));
        later(
            heardMs - nowMs,
            () -> {
              if (connection == to) {
                hear(topic, value);
              }
            });
      }
    }

    private void hear(String topic, Object value) {
      String name = topic.substring(topic.indexOf('/') + 1);
      if (value instanceof OrchestratorState other) {
        input(new Input.OrchestratorHeard(other));
      } else if (value instanceof PlanMessage plan) {
        input(new Input.PlanHeard(name, plan));
      } else if (value instanceof Assignment assignment) {
        input(new Input.AssignmentHeard(name, assignment));
      } else if (value instanceof DeploymentSpec spec) {
        input(new Input.SpecHeard(name, spec));
      } else if (value instanceof Long incarnation) {
        input(new Input.AgentHeard(new Membership.Heard(name, incarnation)));
      } else if (value instanceof AgentState agent) {
        input(new Input.AgentHeard(new Membership.StateHeard(name, agent)));
      } else if (value instanceof Capability capability) {
        input(new Input.AgentHeard(new Membership.CapabilityHeard(name, capability)));
      }
    }

    private void input(Input input) {
      State before = state;
      DeploymentCore.Decision decision = DeploymentCore.decide(state, input, nowMs * Replay.MS);
      state = decision.state();
      persisted = state.persisted();
      if (state.term() < before.term() || state.epoch() < before.epoch()) {
        violations.add(id + " fell: " + before + " " + state);
      }
      decision.effects().forEach(this::carryOut);
      if (!state.dueNs().equals(before.dueNs()) && state.dueNs().isPresent()) {
        long dueNs = state.dueNs().getAsLong();
        later(
            Math.max(0, dueNs / Replay.MS - nowMs),
            () -> {
              if (state.dueNs().isPresent() && state.dueNs().getAsLong() == dueNs) {
                input(new Input.Tick());
              }
            });
      }
    }

    private void carryOut(Effect effect) {
      if (effect instanceof Effect.PublishAssignment publish) {
        if (publish.assignment().term() > state.term()) {
          violations.add(id + " assigns in another's term: " + publish);
        }
        publish("assignment/" + publish.agent(), publish.assignment());
      } else if (effect instanceof Effect.PublishPlan publish) {
        publish("plan/" + publish.deployment(), publish.plan());
      } else if (effect instanceof Effect.PublishState publish) {
        publish(STATE, publish.state());
      } else if (effect instanceof Effect.PublishSpec publish) {
        publish("spec/" + publish.deployment(), publish.spec());
      } else if (effect instanceof Effect.FetchBundle fetch) {
        later(5, () -> input(new Input.ManifestReady(fetch.digest(), MANIFEST)));
      }
    }

    /** Also when it does not know yet that its connection is gone. */
    private void publish(String topic, Object value) {
      sentMs = Math.max(sentMs, nowMs + random.nextInt(delayMs));
      later(sentMs - nowMs, () -> accept(topic, value));
    }
  }
}
