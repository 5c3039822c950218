package io.coterie.orchestrator.leader;

import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A broker with one retained topic and orchestrators around it, in virtual time of milliseconds.
 * Messages take up to 150 ms or, rarely, 3 s, each its own way, and some arrive twice.
 */
final class Election {
  private static final long MS = 1_000_000;

  private record Event(long atMs, long order, Runnable action) {}

  private final Random random;
  private final List<Node> nodes = new ArrayList<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::order));
  private final Map<Long, String> leaderOfTerm = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private OrchestratorState retained;
  private long nowMs;
  private long order;
  private boolean calm;

  Election(Random random, int orchestrators) {
    this.random = random;
    for (int i = 0; i < orchestrators; i++) {
      nodes.add(new Node("orchestrator-" + i));
    }
    nodes.forEach(Node::connect);
  }

  /** What went wrong until now. */
  List<String> violations() {
    return violations;
  }

  List<String> leaders() {
    return nodes.stream().filter(node -> node.lease.leads()).map(node -> node.id).toList();
  }

  /** Whether all others know who leads. */
  boolean followTheLeader() {
    String leader = leaders().get(0);
    return nodes.stream()
        .filter(node -> !node.id.equals(leader))
        .allMatch(node -> node.lease.leader().map(OrchestratorState::id).orElse("").equals(leader));
  }

  /** One accident, or none. */
  void disturb() {
    Node node = nodes.get(random.nextInt(nodes.size()));
    switch (random.nextInt(9)) {
      case 0, 1 -> node.crash();
      case 2 -> node.cut();
      case 3 -> node.frozen = true;
      case 4 -> node.frozen = false;
      case 5 -> restartBroker();
      case 6 -> node.hearTerm(highestTerm() + random.nextInt(3));
      default -> node.connect();
    }
  }

  /** No more accidents, and everybody is there. */
  void settle() {
    calm = true;
    for (Node node : nodes) {
      node.frozen = false;
      node.connect();
    }
    run(30_000);
  }

  private long highestTerm() {
    return nodes.stream().mapToLong(node -> node.lease.term()).max().orElse(0);
  }

  private void restartBroker() {
    retained = null;
    nodes.forEach(node -> node.connection++);
    nodes.forEach(Node::disconnected);
    nodes.forEach(Node::connect);
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

  private long delayMs() {
    boolean slow = !calm && random.nextInt(50) == 0;
    return random.nextInt(calm ? 20 : slow ? 3_000 : 150);
  }

  private void publish(OrchestratorState state) {
    later(
        delayMs(),
        () -> {
          retained = state;
          nodes.forEach(node -> node.receive(state));
          if (!calm && random.nextInt(10) == 0) {
            nodes.forEach(node -> node.receive(state));
          }
        });
  }

  private final class Node {
    final String id;
    Lease lease;
    boolean frozen;
    int connection;
    private boolean connected;
    private long highestTerm;
    private OrchestratorState will;

    Node(String id) {
      this.id = id;
      start();
    }

    /** Those without a clock remember their last term on disk. */
    private void start() {
      lease = Lease.initial(id, random.nextBoolean() ? highestTerm : nowMs + highestTerm);
      will = new OrchestratorState(Availability.OFFLINE, lease.term(), id);
    }

    void connect() {
      if (!connected && !frozen) {
        connected = true;
        int mine = ++connection;
        decide(new LeaseCore.Connected(false));
        later(delayMs(), () -> replayRetained(mine));
      }
    }

    private void replayRetained(int to) {
      if (connection == to && retained != null) {
        decide(new LeaseCore.StateHeard(retained));
      }
    }

    /** The process dies and starts again; its will comes at once or late. */
    void crash() {
      boolean wasConnected = connected;
      cut();
      frozen = false;
      start();
      if (wasConnected && random.nextBoolean()) {
        connect();
      }
    }

    /** The cable is cut. */
    void cut() {
      if (connected) {
        connection++;
        disconnected();
        publish(will);
      }
    }

    void disconnected() {
      if (connected) {
        connected = false;
        decide(new LeaseCore.Disconnected());
      }
    }

    void receive(OrchestratorState state) {
      int to = connection;
      later(delayMs(), () -> receive(state, to));
    }

    private void receive(OrchestratorState state, int to) {
      if (connection == to && connected) {
        if (frozen) {
          later(50, () -> receive(state, to));
        } else {
          decide(new LeaseCore.StateHeard(state));
        }
      }
    }

    void hearTerm(long term) {
      if (connected && !frozen) {
        decide(new LeaseCore.TermHeard(term));
      }
    }

    private void tick(long dueNs) {
      if (frozen) {
        later(50, () -> tick(dueNs));
      } else if (lease.dueNs().isPresent() && lease.dueNs().getAsLong() == dueNs) {
        decide(new LeaseCore.Tick());
      }
    }

    private void decide(LeaseCore.Input input) {
      LeaseCore.Decision decision = LeaseCore.decide(lease, input, nowMs * MS);
      if (decision.lease().term() < lease.term()) {
        violations.add("term fell: " + lease + " then " + decision.lease());
      }
      boolean rescheduled = !decision.lease().dueNs().equals(lease.dueNs());
      lease = decision.lease();
      highestTerm = Math.max(highestTerm, lease.highest());
      if (lease.leads()) {
        lead();
      }
      for (LeaseCore.Event event : decision.events()) {
        if (event instanceof LeaseCore.Announce announce) {
          publish(announce.state());
        } else if (event instanceof LeaseCore.Won) {
          publish(lease.announcement());
        }
      }
      if (rescheduled && lease.dueNs().isPresent()) {
        long dueNs = lease.dueNs().getAsLong();
        later(Math.max(0, dueNs / MS - nowMs), () -> tick(dueNs));
      }
    }

    private void lead() {
      String other = leaderOfTerm.putIfAbsent(lease.term(), id);
      if (other != null && !other.equals(id)) {
        violations.add("two leaders of term " + lease.term() + ": " + other + ", " + id);
      }
      if (lease.isTaken()) {
        violations.add("leads below a term it has heard of: " + lease);
      }
    }
  }
}
