package io.coterie.orchestrator.deployment;

import io.coterie.client.fleet.PlanExecution;
import io.coterie.orchestrator.rollout.CanaryJudge;
import io.coterie.orchestrator.rollout.RestJudge;
import io.coterie.orchestrator.rollout.RolloutVerdict;
import io.coterie.orchestrator.rollout.Tally;
import io.coterie.orchestrator.rollout.Tracking;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Rollout;
import io.coterie.protocol.message.TrialReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Roll-outs of new bundles in stages. What there is to remember of one stands in its plan.
 *
 * <pre>
 * (none) --spec of another bundle, staged, while one runs--> CANARY
 * CANARY --passed--> REST
 * CANARY --failed; nobody to try it for a minute; two canaries lost--> RETURNED
 * CANARY --canary lost--> CANARY, of another board
 * REST --passed--> (none): the new bundle is the one that runs
 * REST --failed--> RETURNED
 * any --another spec: bundle, mode, canary or attempt--> as from the start, with the last good bundle
 * </pre>
 */
final class Rollouts {
  /** So long it may take until a board can try it. */
  static final long WAIT_NS = 60_000_000_000L;

  /** After so many lost canaries it is the bundle's fault. */
  static final int MOST_LOST = 2;

  /** Students of the bundle that failed go on beside those before for a moment. */
  private static final long AFTERMATH_NS = 15_000_000_000L;

  private Rollouts() {}

  /** Those that plans tell of. */
  static SortedMap<String, Rollout> of(Map<String, PlanMessage> plans) {
    SortedMap<String, Rollout> all = new TreeMap<>();
    plans.forEach(
        (name, plan) -> Optional.ofNullable(plan.rollout()).ifPresent(r -> all.put(name, r)));
    return all;
  }

  /** As they are to be now, by deployment. */
  static SortedMap<String, Rollout> next(Step step) {
    SortedMap<String, Rollout> all = new TreeMap<>();
    step.state()
        .specs()
        .forEach((name, spec) -> next(step, name, spec).ifPresent(r -> all.put(name, r)));
    return all;
  }

  private static Optional<Rollout> next(Step step, String name, DeploymentSpec spec) {
    PlanMessage plan = step.state().plans().get(name);
    if (plan == null || !spec.rollout().isStaged()) {
      return Optional.empty();
    }
    Optional<Rollout> current = Optional.ofNullable(plan.rollout());
    if (current.filter(rollout -> rollout.isOf(spec)).isPresent()) {
      return goOn(step, name, spec, current.get());
    }
    DeploymentSpec known = step.state().running().get(name);
    DeploymentSpec good = current.map(Rollout::from).orElseGet(() -> good(known, spec, plan));
    boolean begins = !good.bundle().equals(spec.bundle()) && answers(plan) && !spec.paused();
    return begins ? Optional.of(Rollout.begin(good, spec)) : Optional.empty();
  }

  private static boolean answers(PlanMessage plan) {
    return plan.k() > 0 && !plan.groups().isEmpty() && !plan.fuser().isEmpty();
  }

  /** The spec that the plan was made for; where it is not known, one that comes to the same. */
  private static DeploymentSpec good(DeploymentSpec known, DeploymentSpec spec, PlanMessage plan) {
    if (known != null
        && known.bundle().equals(plan.bundle())
        && known.strategy() == plan.strategy()
        && isAnswered(known, plan)) {
      return known;
    }
    return spec.ran(plan.bundle(), plan.strategy());
  }

  /** Whether the plan is for this version of the spec, as far as both tell. */
  private static boolean isAnswered(DeploymentSpec known, PlanMessage plan) {
    return known.generation() == null
        || plan.generation().isEmpty()
        || known.generation().equals(plan.generation());
  }

  private static Optional<Rollout> goOn(
      Step step, String name, DeploymentSpec spec, Rollout rollout) {
    Tracking tracking = tracking(step, name, rollout);
    return switch (rollout.stage()) {
      case CANARY -> Optional.of(canary(step, spec, rollout, tracking));
      case REST -> rest(step, name, rollout, tracking);
      case RETURNED -> Optional.of(rollout);
    };
  }

  private static Tracking tracking(Step step, String name, Rollout rollout) {
    State state = step.state();
    Tracking known = state.tracking().get(name);
    return known != null && known.follows(rollout)
        ? known
        : Tracking.begin(rollout, state.fleet().incarnation(rollout.board()), step.nowNs());
  }

  private static Rollout canary(
      Step step, DeploymentSpec spec, Rollout rollout, Tracking tracking) {
    State state = step.state();
    Manifest manifest = state.manifests().get(spec.bundle());
    if (state.refused().containsKey(spec.bundle())) {
      return rollout.returned("cannot use the bundle: " + state.refused().get(spec.bundle()));
    }
    if (manifest != null && !manifest.has(spec.strategy())) {
      return rollout.returned("it has nothing for " + spec.strategy().text());
    }
    String board = rollout.board();
    if (board.isEmpty()) {
      boolean late = step.nowNs() - tracking.sinceNs() >= WAIT_NS;
      return late ? rollout.returned(rollout.reason()) : rollout;
    }
    if (state.fleet().isDraining(board)) {
      return rollout.with("", rollout.lost(), "");
    }
    boolean restarted = state.fleet().incarnation(board) != tracking.incarnation();
    return state.fleet().isOnline(board) && !restarted
        ? judged(step, rollout, tracking)
        : lost(rollout, board);
  }

  private static Rollout lost(Rollout rollout, String board) {
    List<String> lost = new ArrayList<>(rollout.lost());
    lost.add(board);
    Rollout without = rollout.with("", lost, board + " was lost while it tried the bundle");
    return lost.size() < MOST_LOST
        ? without
        : without.returned(String.join(" and ", lost) + " were lost while they tried it");
  }

  private static Rollout judged(Step step, Rollout rollout, Tracking tracking) {
    Set<String> others = others(step.state(), tracking);
    RolloutVerdict verdict = CanaryJudge.judge(tracking, others, step.nowNs());
    Optional<TrialReport> trial = tracking.trial(rollout.board());
    Rollout now =
        rollout.with(
            trial.map(TrialReport::frames).orElse(0L),
            trial.map(TrialReport::errors).orElse(0L),
            verdict.reason());
    return switch (verdict.kind()) {
      case WAIT -> now;
      case PASSED -> now.rest(tracking.tally().rate());
      case FAILED -> now.returned(verdict.reason());
    };
  }

  /** Boards that were told to fetch the bundle, and are there. */
  private static Set<String> others(State state, Tracking tracking) {
    Rollout rollout = tracking.of();
    return state.fleet().online().stream()
        .map(member -> member.id())
        .filter(agent -> !agent.equals(rollout.board()))
        .filter(
            agent ->
                state.assignments().getOrDefault(agent, Assignment.NONE).trials().stream()
                    .anyMatch(
                        role ->
                            role.bundle().equals(rollout.to())
                                && role.attempt() == rollout.rule().attempt()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Optional<Rollout> rest(
      Step step, String name, Rollout rollout, Tracking tracking) {
    List<String> idle =
        workers(step.state(), name).stream().filter(agent -> !tracking.runs(agent)).toList();
    RolloutVerdict verdict = RestJudge.judge(tracking, idle, step.nowNs());
    Tally tally = tracking.tally();
    Rollout now = rollout.with(tally.frames(), tally.errors(), "");
    return switch (verdict.kind()) {
      case WAIT -> Optional.of(now);
      case PASSED -> Optional.empty();
      case FAILED -> Optional.of(now.returned(verdict.reason()));
    };
  }

  /** Agents of the plan that are there. */
  private static Set<String> workers(State state, String name) {
    PlanMessage plan = state.plans().get(name);
    Set<String> agents = new TreeSet<>();
    plan.groups().forEach(group -> agents.addAll(group.agents()));
    agents.add(plan.fuser());
    agents.removeIf(agent -> !state.fleet().isOnline(agent));
    return agents;
  }

  /** Whether garbage speaks against the deployment's new bundle, rather than against boards. */
  static boolean blames(Step step, String deployment) {
    PlanMessage plan = step.state().plans().get(deployment);
    if (plan == null || plan.rollout() == null) {
      return false;
    }
    Tracking tracking = tracking(step, deployment, plan.rollout());
    return switch (plan.rollout().stage()) {
      case CANARY -> false;
      case REST -> true;
      case RETURNED -> step.nowNs() - tracking.sinceNs() < AFTERMATH_NS;
    };
  }

  /** An agent reports: takes in what it says of the new bundles, and what they come to. */
  static Step reported(Step step, String agent, Report report) {
    Step next = step;
    for (Map.Entry<String, Rollout> entry : of(step.state().plans()).entrySet()) {
      String name = entry.getKey();
      Rollout rollout = entry.getValue();
      boolean runs = PlanExecution.carriesOut(step.state().plans().get(name), name, agent, report);
      Tracking after =
          tracking(next, name, rollout).reported(name, agent, report, runs, next.nowNs());
      boolean begins =
          rollout.stage() == Rollout.Stage.REST
              && after.runsSinceNs().isEmpty()
              && workers(next.state(), name).stream().allMatch(after::runs);
      next = tracked(next, name, begins ? after.running(next.nowNs()) : after);
    }
    return check(next);
  }

  private static Step tracked(Step step, String name, Tracking tracking) {
    return step.with(s -> s.tracking = State.with(s.tracking, name, tracking));
  }

  /**
   * New plans are due where a roll-out goes into another stage; where it does not, how it goes is
   * told.
   */
  static Step check(Step step) {
    State state = step.state();
    SortedMap<String, Rollout> current = of(state.plans());
    if (state.phase() != State.Phase.READY || step.planDue() || state.expectsAgents()) {
      return step;
    }
    SortedMap<String, Rollout> planned = next(step);
    if (!stages(current).equals(stages(planned))) {
      return step.dirty();
    }
    Step next = step;
    for (Map.Entry<String, Rollout> entry : planned.entrySet()) {
      String name = entry.getKey();
      if (!entry.getValue().equals(current.get(name))) {
        PlanMessage plan = state.plans().get(name).with(entry.getValue());
        next =
            next.with(s -> s.plans = State.with(s.plans, name, plan))
                .and(new Effect.PublishPlan(name, plan));
      }
    }
    return next;
  }

  private static Map<String, List<Object>> stages(SortedMap<String, Rollout> rollouts) {
    return rollouts.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> {
                  Rollout rollout = entry.getValue();
                  return List.of(rollout.stage(), rollout.to(), rollout.rule(), rollout.board());
                }));
  }

  /** After new plans: begins to look at what is new in them. */
  static Step follow(Step step) {
    SortedMap<String, Rollout> now = of(step.state().plans());
    Step next = step;
    for (Map.Entry<String, Tracking> entry : step.state().tracking().entrySet()) {
      String name = entry.getKey();
      if (!now.containsKey(name)) {
        next =
            log(next, name, entry.getValue().of(), "ended", "")
                .with(s -> s.tracking = State.without(s.tracking, name));
      }
    }
    for (Map.Entry<String, Rollout> entry : now.entrySet()) {
      Rollout rollout = entry.getValue();
      Tracking before = next.state().tracking().get(entry.getKey());
      if (before == null || !before.follows(rollout)) {
        long incarnation = next.state().fleet().incarnation(rollout.board());
        next = log(next, entry.getKey(), rollout, rollout.stage().name(), rollout.board());
        next =
            tracked(
                next,
                entry.getKey(),
                before == null
                    ? Tracking.begin(rollout, incarnation, next.nowNs())
                    : before.next(rollout, incarnation, next.nowNs()));
      }
    }
    return next;
  }

  private static Step log(Step step, String name, Rollout rollout, String stage, String board) {
    return step.log(
        "rollout: deployment=%s stage=%s from=%s to=%s board=%s frames=%d errors=%d reason=%s",
        name,
        stage.toLowerCase(Locale.ROOT),
        rollout.from().bundle(),
        rollout.to(),
        board,
        rollout.frames(),
        rollout.errors(),
        rollout.reason());
  }
}
