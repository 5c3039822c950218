package io.coterie.lab.chaos;

import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Result;

/** What happened; times in ns since the run began. */
sealed interface HistoryEvent {
  long atNs();

  /**
   * A frame was published.
   *
   * @param frame what is to be answered, whatever becomes of one message
   * @param attempt from 0; later ones have an identity of their own
   * @param picture its index in the test pictures
   */
  record Sent(long atNs, int frame, int attempt, int picture) implements HistoryEvent {
    /** The identity that its result will name. */
    String id() {
      return id(frame, attempt);
    }

    static String id(int frame, int attempt) {
      return "c" + frame + (attempt == 0 ? "" : "-" + attempt);
    }
  }

  /** A frame was due, but its publisher had no connection. */
  record Unaccepted(long atNs, int frame) implements HistoryEvent {}

  /** A result came. */
  record Answered(long atNs, Result result) implements HistoryEvent {}

  /**
   * A plan came.
   *
   * @param live false for one that a broker had kept, which may be from before it was frozen
   */
  record Planned(long atNs, PlanMessage plan, boolean live) implements HistoryEvent {}

  /** An agent, or its will, told its state. */
  record AgentTold(long atNs, String agent, AgentState state) implements HistoryEvent {}

  /** An orchestrator, or its will, told its state. */
  record LeaderTold(long atNs, OrchestratorState state) implements HistoryEvent {}

  /** The publisher got a connection, or lost it. */
  record Linked(long atNs, boolean up) implements HistoryEvent {}

  /**
   * A fault began.
   *
   * @param victim the process, or empty for all
   */
  record Began(long atNs, Fault fault, String victim) implements HistoryEvent {}

  /** Things were put right again. */
  record Ended(long atNs) implements HistoryEvent {}

  /**
   * The fleet was whole again.
   *
   * @param settled false where that was waited for in vain
   */
  record Whole(long atNs, boolean settled) implements HistoryEvent {}
}
