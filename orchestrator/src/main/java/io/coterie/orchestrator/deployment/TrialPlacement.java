package io.coterie.orchestrator.deployment;

import io.coterie.client.fleet.Fleet.Member;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Rollout;
import io.coterie.protocol.message.TrialRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which board tries a new bundle, and what the others fetch meanwhile (ours). The canary is the
 * board that the spec names; else, of those that are there and were not lost in trying, the one
 * with room for most of the new students beside its work; of these one that computes for the
 * deployment now, which can tell whether a frame is good; of these one that does not answer; of
 * these the first by name. It stays the canary as long as it is there.
 */
final class TrialPlacement {
  private final State state;
  private final String name;
  private final DeploymentSpec spec;
  private final Rollout rollout;
  private final PlanMessage plan;
  private final Map<String, Long> freeBytes;

  /**
   * Before it is placed.
   *
   * @param freeBytes what the plans in force leave, by agent
   */
  TrialPlacement(State state, String name, Rollout rollout, Map<String, Long> freeBytes) {
    this.state = state;
    this.name = name;
    this.rollout = rollout;
    this.freeBytes = freeBytes;
    spec = state.specs().get(name);
    plan = state.plans().get(name);
  }

  /**
   * Places it.
   *
   * @param future gives the deployment as it would be with the new bundle
   */
  PlannedTrial place(Function<String, PlannedDeployment> future) {
    Manifest manifest = state.manifests().get(spec.bundle());
    if (manifest == null) {
      return waits("waiting for bundle " + spec.bundle());
    }
    Map<String, TrialRole> before = assigned();
    if (goesOn(before, manifest)) {
      return new PlannedTrial(rollout, before, changes(manifest));
    }
    PlannedDeployment planned = future.apply(name);
    PlanMessage later = planned.message(1, 1, 1);
    if (!later.complete()) {
      return waits(
          "no complete plan for the new bundle: "
              + String.join("; ", Reason.texts(later.reasons())));
    }
    TrialParts parts = new TrialParts(name, spec, later, manifest);
    Optional<String> canary = canary(parts);
    if (canary.isEmpty()) {
      return waits(nobody(parts));
    }
    return new PlannedTrial(
        rollout.with(canary.get(), rollout.lost(), ""),
        roles(canary.get(), parts),
        changes(manifest));
  }

  private PlannedTrial waits(String reason) {
    return new PlannedTrial(rollout.with("", rollout.lost(), reason), Map.of(), List.of());
  }

  /** The roles of this very attempt that boards have already. */
  private Map<String, TrialRole> assigned() {
    Map<String, TrialRole> roles = new HashMap<>();
    for (Member member : state.fleet().online()) {
      Assignment assignment = state.assignments().getOrDefault(member.id(), Assignment.NONE);
      assignment.trials().stream()
          .filter(role -> role.deployment().equals(name))
          .filter(role -> role.bundle().equals(spec.bundle()))
          .filter(role -> role.strategy() == spec.strategy())
          .filter(role -> role.attempt() == spec.rollout().attempt())
          .findFirst()
          .ifPresent(role -> roles.put(member.id(), role));
    }
    return roles;
  }

  /** Whether the canary is there, and still has room. */
  private boolean goesOn(Map<String, TrialRole> roles, Manifest manifest) {
    TrialRole role = roles.get(rollout.board());
    return role != null
        && role.canary()
        && TrialParts.bytes(role, manifest) <= freeBytes.getOrDefault(rollout.board(), 0L);
  }

  private Optional<String> canary(TrialParts parts) {
    return candidates().stream()
        .filter(agent -> parts.fitting(freeBytes.get(agent)) > 0)
        .min(
            Comparator.<String>comparingInt(agent -> -parts.fitting(freeBytes.get(agent)))
                .thenComparing(agent -> !computes(agent))
                .thenComparing(this::answers)
                .thenComparing(Comparator.naturalOrder()));
  }

  private List<String> candidates() {
    String wanted = rollout.rule().canary();
    return state.fleet().online().stream()
        .filter(member -> !member.capability().orElseThrow().hub())
        .map(Member::id)
        .filter(agent -> !state.learning().breakers().isOpen(agent))
        .filter(agent -> wanted.isEmpty() ? !rollout.lost().contains(agent) : agent.equals(wanted))
        .toList();
  }

  private boolean computes(String agent) {
    return plan.groups().stream().anyMatch(group -> group.agents().contains(agent));
  }

  private boolean answers(String agent) {
    return plan.fuser().equals(agent) || plan.standby().equals(agent);
  }

  private String nobody(TrialParts parts) {
    String wanted = rollout.rule().canary();
    List<String> candidates = candidates();
    if (candidates.isEmpty()) {
      return wanted.isEmpty()
          ? "no board is there to try the new bundle"
          : "the canary " + wanted + " is not there";
    }
    return "no room to try the new bundle beside the one that runs: it takes "
        + parts.leastBytes()
        + " bytes on one of "
        + String.join(", ", candidates)
        + "; deploy it with the roll-out at-once, or give a board more memory";
  }

  private Map<String, TrialRole> roles(String canary, TrialParts parts) {
    Map<String, TrialRole> roles = new HashMap<>();
    for (Member member : state.fleet().online()) {
      String agent = member.id();
      if (agent.equals(canary)) {
        roles.put(agent, parts.tries(freeBytes.get(agent)));
      } else {
        parts.fetches(agent, answers(agent)).ifPresent(role -> roles.put(agent, role));
      }
    }
    return roles;
  }

  /** What publishers and readers of results have to know. */
  private List<Reason> changes(Manifest manifest) {
    Manifest before = state.manifests().get(rollout.from().bundle());
    List<Reason> changes = new ArrayList<>();
    if (before != null && !before.labels().equals(manifest.labels())) {
      changes.add(
          Reason.of(
              Reason.Code.ROLLOUT_CHANGES,
              "the new bundle has other labels than the one that runs"));
    }
    if (before != null && before.input().size() != manifest.input().size()) {
      changes.add(
          Reason.of(
              Reason.Code.ROLLOUT_CHANGES,
              "the new bundle reads pictures of another size: raw tensors have to be of its"));
    }
    return changes;
  }
}
