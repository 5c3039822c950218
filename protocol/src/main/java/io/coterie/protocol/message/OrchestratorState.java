package io.coterie.protocol.message;

import io.coterie.protocol.json.Check;

/**
 * Retained; the will says {@link Availability#OFFLINE} with the same term, id and incarnation.
 *
 * @param incarnation rises with every start of an orchestrator of this id, so that two of them are
 *     told apart; 0 from orchestrators that do not tell
 */
public record OrchestratorState(Availability state, long term, String id, long incarnation) {
  public OrchestratorState {
    Check.present(state, "state");
    Check.rising(term, "term");
    Check.text(id, "id");
    Check.risingOrNone(incarnation, "incarnation");
  }

  /** Of an orchestrator that does not tell its incarnation. */
  public OrchestratorState(Availability state, long term, String id) {
    this(state, term, id, 0);
  }
}
