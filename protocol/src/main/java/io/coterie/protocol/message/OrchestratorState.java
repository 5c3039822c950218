package io.coterie.protocol.message;

import io.coterie.protocol.json.Check;

/** Retained; the will says {@link Availability#OFFLINE} with the same term and id. */
public record OrchestratorState(Availability state, long term, String id) {
  public OrchestratorState {
    Check.present(state, "state");
    Check.rising(term, "term");
    Check.text(id, "id");
  }
}
