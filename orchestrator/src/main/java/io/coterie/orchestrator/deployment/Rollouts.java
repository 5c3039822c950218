package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.rollout.CanaryJudge;
import io.coterie.orchestrator.rollout.RestJudge;
import io.coterie.orchestrator.rollout.Tally;
import io.coterie.orchestrator.rollout.Tracking;
import io.coterie.orchestrator.rollout.Verdict;
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
 * (none) --wish of another bundle, staged, while one runs--> CANARY
 * CANARY --passed--> REST
 * CANARY --failed; nobody to try it for a minute; two canaries lost--> RETURNED
 * CANARY --canary lost--> CANARY, of another board
 * REST --passed--> (none): the new bundle is the one that runs
 * REST --failed--> RETURNED
 * any --another wish: bundle, mode, canary or attempt--> as from the start, with the last good bundle
 * </pre>
 */
final class Rollouts {
  /** So long it may take until a board can try it. */
  static final long WAIT_NS = 60_000_000_000L;

  /** After so many lost canaries it is the bundle's fault. */
  static final int MOST_LOST = 2;

  /** Students of the bundle that failed go on beside those before for a moment. */
  private static final long AFTERMATH_NS = 15_000_000_000L;

  private final Draft draft;

  Rollouts(Draft draft) {
    this.draft = draft;
  }

  /** Those that plans tell of. */
  static SortedMap<String, Rollout> of(Map<String, PlanMessage> plans) {
    SortedMap<String, Rollout> all = new TreeMap<>();
    plans.forEach(
        (name, plan) -> Optional.ofNullable(plan.rollout()).ifPresent(r -> all.put(name, r)));
    return all;
  }

  /** As they are to be now, by deployment. */
  SortedMap<String, Rollout> next() {
    SortedMap<String, Rollout> all = new TreeMap<>();
    draft.specs.forEach((name, wish) -> next(name, wish).ifPresent(r -> all.put(name, r)));
    return all;
  }

  private Optional<Rollout> next(String name, DeploymentSpec wish) {
    PlanMessage plan = draft.plans.get(name);
    if (plan == null || !wish.rollout().isStaged()) {
      return Optional.empty();
    }
    Optional<Rollout> current = Optional.ofNullable(plan.rollout());
    if (current.filter(rollout -> rollout.isOf(wish)).isPresent()) {
      return goOn(name, wish, current.get());
    }
    DeploymentSpec good = current.map(Rollout::from).orElseGet(() -> good(name, wish, plan));
    boolean begins = !good.bundle().equals(wish.bundle()) && answers(plan) && !wish.paused();
    return begins ? Optional.of(Rollout.begin(good, wish)) : Optional.empty();
  }

  private static boolean answers(PlanMessage plan) {
    return plan.k() > 0 && !plan.groups().isEmpty() && !plan.fuser().isEmpty();
  }

  /** The wish that the plan was made for; where it is not known, one that comes to the same. */
  private DeploymentSpec good(String name, DeploymentSpec wish, PlanMessage plan) {
    DeploymentSpec known = draft.running.get(name);
    if (known != null
        && known.bundle().equals(plan.bundle())
        && known.strategy() == plan.strategy()
        && isAnswered(known, plan)) {
      return known;
    }
    return wish.ran(plan.bundle(), plan.strategy());
  }

  /** Whether the plan is for this version of the wish, as far as both tell. */
  private static boolean isAnswered(DeploymentSpec known, PlanMessage plan) {
    return known.generation() == null
        || plan.generation().isEmpty()
        || known.generation().equals(plan.generation());
  }

  private Optional<Rollout> goOn(String name, DeploymentSpec wish, Rollout rollout) {
    return switch (rollout.stage()) {
      case CANARY -> Optional.of(canary(wish, rollout, tracking(name, rollout)));
      case REST -> rest(name, rollout, tracking(name, rollout));
      case RETURNED -> Optional.of(rollout);
    };
  }

  private Tracking tracking(String name, Rollout rollout) {
    Tracking known = draft.tracking.get(name);
    return known != null && known.follows(rollout)
        ? known
        : Tracking.begin(rollout, draft.fleet.incarnation(rollout.board()), draft.nowNs);
  }

  private Rollout canary(DeploymentSpec wish, Rollout rollout, Tracking tracking) {
    Manifest manifest = draft.manifests.get(wish.bundle());
    if (draft.refused.containsKey(wish.bundle())) {
      return rollout.returned("cannot use the bundle: " + draft.refused.get(wish.bundle()));
    }
    if (manifest != null && !manifest.has(wish.strategy())) {
      return rollout.returned("it has nothing for " + wish.strategy().text());
    }
    String board = rollout.board();
    if (board.isEmpty()) {
      boolean late = draft.nowNs - tracking.sinceNs() >= WAIT_NS;
      return late ? rollout.returned(rollout.reason()) : rollout;
    }
    if (draft.fleet.isDraining(board)) {
      return rollout.with("", rollout.lost(), "");
    }
    boolean restarted = draft.fleet.incarnation(board) != tracking.incarnation();
    return draft.fleet.isOnline(board) && !restarted
        ? judged(rollout, tracking)
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

  private Rollout judged(Rollout rollout, Tracking tracking) {
    Verdict verdict = CanaryJudge.judge(tracking, others(tracking), draft.nowNs);
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
  private Set<String> others(Tracking tracking) {
    Rollout rollout = tracking.of();
    return draft.fleet.online().stream()
        .map(member -> member.id())
        .filter(agent -> !agent.equals(rollout.board()))
        .filter(
            agent ->
                draft.assignments.getOrDefault(agent, Assignment.NONE).trials().stream()
                    .anyMatch(
                        role ->
                            role.bundle().equals(rollout.to())
                                && role.attempt() == rollout.rule().attempt()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Optional<Rollout> rest(String name, Rollout rollout, Tracking tracking) {
    List<String> idle =
        workers(draft.plans.get(name)).stream().filter(agent -> !tracking.runs(agent)).toList();
    Verdict verdict = RestJudge.judge(tracking, idle, draft.nowNs);
    Tally tally = tracking.tally();
    Rollout now = rollout.with(tally.frames(), tally.errors(), "");
    return switch (verdict.kind()) {
      case WAIT -> Optional.of(now);
      case PASSED -> Optional.empty();
      case FAILED -> Optional.of(now.returned(verdict.reason()));
    };
  }

  /** Agents of the plan that are there. */
  private Set<String> workers(PlanMessage plan) {
    Set<String> agents = new TreeSet<>();
    plan.groups().forEach(group -> agents.addAll(group.agents()));
    agents.add(plan.fuser());
    agents.removeIf(agent -> !draft.fleet.isOnline(agent));
    return agents;
  }

  /** Whether garbage speaks against the deployment's new bundle, rather than against boards. */
  boolean blames(String deployment) {
    PlanMessage plan = draft.plans.get(deployment);
    if (plan == null || plan.rollout() == null) {
      return false;
    }
    Tracking tracking = tracking(deployment, plan.rollout());
    return switch (plan.rollout().stage()) {
      case CANARY -> false;
      case REST -> true;
      case RETURNED -> draft.nowNs - tracking.sinceNs() < AFTERMATH_NS;
    };
  }

  /** An agent reports: takes in what it says of the new bundles, and what they come to. */
  void reported(String agent, Report report) {
    of(draft.plans)
        .forEach(
            (name, rollout) -> {
              boolean runs = Working.carriesOut(draft.plans.get(name), name, agent, report);
              Tracking after =
                  tracking(name, rollout).reported(name, agent, report, runs, draft.nowNs);
              draft.tracking.put(name, after);
              noticeRunning(name, rollout, after);
            });
    check();
  }

  private void noticeRunning(String name, Rollout rollout, Tracking tracking) {
    if (rollout.stage() == Rollout.Stage.REST
        && tracking.runsSinceNs().isEmpty()
        && workers(draft.plans.get(name)).stream().allMatch(tracking::runs)) {
      draft.tracking.put(name, tracking.running(draft.nowNs));
    }
  }

  /** Plans anew where a roll-out goes into another stage; tells how it goes where it does not. */
  void check() {
    SortedMap<String, Rollout> current = of(draft.plans);
    if (draft.phase != State.Phase.READY || draft.expectsAgents()) {
      return;
    }
    SortedMap<String, Rollout> next = next();
    if (!stages(current).equals(stages(next))) {
      draft.replanNow();
      return;
    }
    next.forEach(
        (name, rollout) -> {
          if (!rollout.equals(current.get(name))) {
            PlanMessage plan = draft.plans.get(name).with(rollout);
            draft.plans.put(name, plan);
            draft.effects.add(new Effect.PublishPlan(name, plan));
          }
        });
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
  void follow() {
    SortedMap<String, Rollout> now = of(draft.plans);
    Set<String> ended = new TreeSet<>(draft.tracking.keySet());
    ended.removeAll(now.keySet());
    ended.forEach(name -> log(name, draft.tracking.get(name).of(), "ended", ""));
    draft.tracking.keySet().retainAll(now.keySet());
    now.forEach(
        (name, rollout) -> {
          Tracking before = draft.tracking.get(name);
          if (before == null || !before.follows(rollout)) {
            log(name, rollout, rollout.stage().name(), rollout.board());
          }
          long incarnation = draft.fleet.incarnation(rollout.board());
          if (before == null) {
            draft.tracking.put(name, Tracking.begin(rollout, incarnation, draft.nowNs));
          } else if (!before.follows(rollout)) {
            draft.tracking.put(name, before.next(rollout, incarnation, draft.nowNs));
          }
        });
  }

  private void log(String name, Rollout rollout, String stage, String board) {
    draft.log(
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
