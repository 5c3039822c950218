package io.coterie.protocol.message;

import io.coterie.protocol.json.Check;

/**
 * Retained; the will says {@link Availability#OFFLINE} with the same incarnation.
 *
 * @param incarnation rises with every start of the agent; a will of an older one means nothing
 */
public record AgentState(Availability state, long incarnation) {
  public AgentState {
    Check.present(state, "state");
    Check.rising(incarnation, "incarnation");
  }
}
