package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A decision on its way: the state so far, what is to be done for it, and whether new plans are
 * due. Immutable; what an input means is a function from one step to the next. Plans are made once,
 * when all inputs of a decision have been taken in: whoever finds that they are needed says so by
 * {@link #dirty()} and does not plan.
 *
 * @param effects in the order in which they are to be carried out
 * @param planDue whether something happened that takes new plans at once
 */
record Step(State state, List<Effect> effects, boolean planDue, long nowNs) {
  Step {
    effects = List.copyOf(effects);
  }

  /** Before the first input. */
  static Step from(State state, long nowNs) {
    return new Step(state, List.of(), false, nowNs);
  }

  /** The same with other fields of the state. */
  Step with(Consumer<State.Builder> change) {
    return new Step(state.with(change), effects, planDue, nowNs);
  }

  /** One more thing to do. */
  Step and(Effect effect) {
    return and(List.of(effect));
  }

  /** More things to do. */
  Step and(Collection<? extends Effect> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<Effect> all = new ArrayList<>(effects);
    all.addAll(more);
    return new Step(state, all, planDue, nowNs);
  }

  /** One more line in the log. */
  Step log(String format, Object... values) {
    return and(new Effect.Log(String.format(Locale.ROOT, format, values)));
  }

  /** New plans are due, if this orchestrator decides. */
  Step dirty() {
    return state.phase() == Phase.READY ? new Step(state, effects, true, nowNs) : this;
  }

  /** New plans are made, or nobody needs them any more. */
  Step clean() {
    return new Step(state, effects, false, nowNs);
  }

  /** New plans are due now, or once those whom a plan names had time to come back. */
  Step dirtyOrExpecting() {
    return state.expectsAgents()
        ? with(s -> s.replanAtNs = OptionalLong.of(nowNs + DeploymentCore.EXPECT_NS))
        : dirty();
  }

  /** New plans are due after this time at the latest, with all that happens meanwhile. */
  Step dirtyWithin(long delayNs) {
    long dueNs = nowNs + delayNs;
    OptionalLong planned = state.replanAtNs();
    boolean waits = planned.isPresent() && state.expectsAgents();
    boolean sooner = planned.isEmpty() || dueNs - planned.getAsLong() < 0;
    return state.phase() == Phase.READY && !waits && sooner
        ? with(s -> s.replanAtNs = OptionalLong.of(dueNs))
        : this;
  }

  /** New plans are due soon where measurements contradict what a plan in force was made of. */
  Step dirtyWhereOutdated() {
    if (state.phase() != Phase.READY || planDue || state.replanAtNs().isPresent()) {
      return this;
    }
    List<String> outdated = new Planning(state).outdated();
    return outdated.isEmpty()
        ? this
        : log("plan outdated by measurements: deployments=%s", outdated)
            .dirtyWithin(DeploymentCore.REPORTS_NS);
  }
}
