package io.coterie.orchestrator.deployment;

import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import java.util.Map;
import java.util.function.BiConsumer;

/** What a board makes of its assignments. */
final class SimulatedBoard {
  final String id;
  boolean online;
  long incarnation;
  private long term;
  private long epoch;
  Assignment assignment = Assignment.NONE;

  private final Map<String, Object> retained;
  private final BiConsumer<String, Object> broker;

  /**
   * A board that is not started.
   *
   * @param retained what the broker retains
   * @param broker takes what the board publishes
   */
  SimulatedBoard(String id, Map<String, Object> retained, BiConsumer<String, Object> broker) {
    this.id = id;
    this.retained = retained;
    this.broker = broker;
  }

  void start() {
    if (!online) {
      online = true;
      incarnation++;
      assignment = Assignment.NONE;
      term = 0;
      epoch = 0;
      if (retained.get("assignment/" + id) instanceof Assignment kept) {
        receive(kept);
      }
      announce();
    }
  }

  void announce() {
    broker.accept(
        "capability/" + id,
        Fixtures.capability(incarnation, false, term, epoch, 10 * Fixtures.STUDENT_BYTES));
    broker.accept("state/" + id, new AgentState(Availability.ONLINE, incarnation));
  }

  void stop() {
    if (online) {
      online = false;
      broker.accept("state/" + id, new AgentState(Availability.OFFLINE, incarnation));
    }
  }

  void receive(Assignment next) {
    if (online && !next.isOlderThan(term, epoch)) {
      assignment = next;
      term = next.term();
      epoch = next.epoch();
    }
  }
}
