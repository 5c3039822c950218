package io.coterie.orchestrator.deployment;

import io.coterie.client.fleet.Fleet.Member;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Rollout;
import io.coterie.protocol.message.StudentRole;
import io.coterie.protocol.message.TrialRole;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** New plans for all deployments, and the least that must be published for them. */
final class Replan {
  private final State before;
  private final List<PlannedDeployment> planned;
  private final SortedMap<String, PlannedTrial> trials;
  private final SortedMap<String, DeploymentSpec> running;
  private final long newEpoch;
  private final Set<String> changedDeployments = new HashSet<>();

  /** Only the assignments that changed. */
  private final SortedMap<String, Assignment> assignments = new TreeMap<>();

  private final SortedMap<String, PlanMessage> plans = new TreeMap<>();
  private final List<Effect> effects = new ArrayList<>();

  private Replan(State before, Map<String, Rollout> next) {
    this.before = before;
    Planning planning = new Planning(before, next);
    this.planned = planning.all();
    this.trials = planning.trials();
    this.running = planning.specs();
    this.newEpoch = before.epoch() + 1;
  }

  /** Makes new plans where they are due, and says what that takes. */
  static Step plan(Step step) {
    if (!step.planDue() || step.state().phase() != State.Phase.READY) {
      return step.clean();
    }
    Step kept = step.with(s -> s.learning = s.learning.keep());
    Replan replan = new Replan(kept.state(), Rollouts.next(kept));
    replan.run();
    return Rollouts.follow(kept.with(replan::change).and(replan.effects)).clean();
  }

  private void run() {
    for (PlannedDeployment deployment : planned) {
      PlanMessage old = before.plans().get(deployment.deployment());
      if (old == null || !deployment.placedLike(old) || isOvertaken(old)) {
        changedDeployments.add(deployment.deployment());
      }
    }
    before.fleet().members().values().stream().filter(Member::reachable).forEach(this::assign);
    before.assignments().forEach(this::takeBack);
    planned.forEach(this::publish);
    before.plans().keySet().forEach(this::clearUnwanted);
  }

  /**
   * Whether a board has heeded a leader that came after the plan and before this one, such as one
   * at a broker of its own: whoever heard that leader's plan must hear a newer one.
   */
  private boolean isOvertaken(PlanMessage plan) {
    return before.fleet().members().values().stream()
        .filter(Member::reachable)
        .flatMap(member -> member.capability().stream())
        .mapToLong(Capability::term)
        .anyMatch(term -> plan.term() < term && term < before.term());
  }

  private void change(State.Builder next) {
    SortedMap<String, Assignment> all = new TreeMap<>(before.assignments());
    all.putAll(assignments);
    next.assignments = all;
    next.plans = plans;
    next.running = running;
    next.replanAtNs = OptionalLong.empty();
    next.epoch = changedDeployments.isEmpty() && assignments.isEmpty() ? before.epoch() : newEpoch;
  }

  private void assign(Member member) {
    List<StudentRole> students = new ArrayList<>();
    List<FuserRole> fusers = new ArrayList<>();
    List<PipelineRole> pipelines = new ArrayList<>();
    for (PlannedDeployment deployment : planned) {
      students.addAll(deployment.students(member.id()));
      deployment.fuserRole(member.id(), acceptFrom(deployment)).ifPresent(fusers::add);
      deployment.pipelineRole(member.id()).ifPresent(pipelines::add);
    }
    Assignment wanted =
        new Assignment(before.term(), newEpoch, students, fusers, pipelines, trials(member));
    Optional<Assignment> current = Optional.ofNullable(before.assignments().get(member.id()));
    boolean fusesChanged =
        fusers.stream().anyMatch(role -> changedDeployments.contains(role.deployment()));
    if (fusesChanged
        || !hasRoles(current, wanted)
        || isFencedOff(member, current)
        || isTooOld(current, students)) {
      assignments.put(member.id(), wanted);
      effects.add(new Effect.PublishAssignment(member.id(), wanted));
    }
  }

  private List<TrialRole> trials(Member member) {
    return trials.values().stream()
        .map(trial -> trial.roles().get(member.id()))
        .filter(Objects::nonNull)
        .toList();
  }

  /** Who answered and was lost must not come back as one that does, beside its successor. */
  private void takeBack(String agent, Assignment current) {
    boolean reachable =
        Optional.ofNullable(before.fleet().members().get(agent))
            .filter(Member::reachable)
            .isPresent();
    if (!reachable && current.answers()) {
      Assignment rest = current.withoutAnswering(before.term(), newEpoch);
      assignments.put(agent, rest);
      effects.add(new Effect.PublishAssignment(agent, rest));
    }
  }

  private static boolean hasRoles(Optional<Assignment> current, Assignment wanted) {
    return current.orElse(Assignment.NONE).hasRolesOf(wanted);
  }

  /** Whether the agent has seen something newer: it ignores what it was given, and does that. */
  private static boolean isFencedOff(Member member, Optional<Assignment> current) {
    Assignment given = current.orElse(Assignment.NONE);
    return member
        .capability()
        .filter(capability -> given.isOlderThan(capability.term(), capability.epoch()))
        .isPresent();
  }

  /** Whether the fuser would refuse portions of the epoch that the agent has. */
  private boolean isTooOld(Optional<Assignment> current, List<StudentRole> students) {
    long epoch = current.map(Assignment::epoch).orElse(0L);
    return planned.stream()
        .filter(p -> students.stream().anyMatch(role -> role.deployment().equals(p.deployment())))
        .anyMatch(p -> epoch < acceptFrom(p));
  }

  private void publish(PlannedDeployment deployment) {
    String name = deployment.deployment();
    PlanMessage old = before.plans().get(name);
    boolean changed = changedDeployments.contains(name);
    PlanMessage planned =
        changed
            ? deployment.message(before.term(), newEpoch, acceptFrom(deployment))
            : deployment.message(old.term(), old.epoch(), old.acceptFrom());
    PlannedTrial trial = trials.get(name);
    PlanMessage placed = trial == null ? planned : trial.in(planned);
    PlanMessage message = placed.answering(before.specs().get(name));
    plans.put(name, message);
    if (!message.equals(old)) {
      effects.add(new Effect.PublishPlan(name, message));
    }
    if (changed) {
      effects.add(new Effect.Log(line(name, old, message)));
    }
    if (message.strategy() != Strategy.MDI_EXIT) {
      clearAdmitted(name, old);
    }
  }

  private void clearAdmitted(String name, PlanMessage old) {
    if (old != null && old.strategy() == Strategy.MDI_EXIT) {
      effects.add(new Effect.ClearAdmitted(name));
    }
  }

  private long acceptFrom(PlannedDeployment deployment) {
    return deployment.acceptFrom(
        Optional.ofNullable(before.plans().get(deployment.deployment())), newEpoch);
  }

  private void clearUnwanted(String deployment) {
    if (!before.specs().containsKey(deployment)) {
      effects.add(new Effect.ClearPlan(deployment));
      clearAdmitted(deployment, before.plans().get(deployment));
      effects.add(new Effect.Log("plan cleared: deployment=" + deployment));
    }
  }

  private static String line(String name, PlanMessage old, PlanMessage now) {
    return String.format(
        Locale.ROOT,
        "plan: deployment=%s epoch=%d->%d k=%d->%d complete=%s fuser=%s groups=%s latencyMs=%.1f"
            + " members=%s reasons=%s",
        name,
        old == null ? 0 : old.epoch(),
        now.epoch(),
        old == null ? 0 : old.k(),
        now.k(),
        now.complete(),
        now.fuser(),
        now.groups().stream().map(PlanMessage.Group::agents).toList(),
        now.latencyMs(),
        now.groups().stream().flatMap(group -> group.members().stream()).map(Replan::text).toList(),
        now.reasons());
  }

  private static String text(PlanMessage.Member member) {
    return String.format(
        Locale.ROOT,
        "%s:%.1fms%s:p=%.4f",
        member.agent(),
        member.latencyMs(),
        member.measured() ? "" : "?",
        member.failureProbability());
  }
}
