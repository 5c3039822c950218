package io.coterie.orchestrator.deployment;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What users want, and the bundles it takes. */
final class SpecEvents {
  private SpecEvents() {}

  static Step specHeard(Step step, String deployment, DeploymentSpec spec) {
    boolean known = spec.equals(step.state().specs().get(deployment));
    Step next =
        step.with(
            s -> {
              Set<String> heard = new HashSet<>(s.heardSpecs);
              heard.add(deployment);
              s.heardSpecs = heard;
              s.specs = State.with(s.specs, deployment, spec);
            });
    if (known) {
      return next;
    }
    next = next.log("spec: deployment=%s bundle=%s", deployment, spec.bundle());
    return fetch(next, Set.of(spec.bundle())).dirty();
  }

  static Step specRemoved(Step step, String deployment) {
    boolean known = step.state().specs().containsKey(deployment);
    Step next =
        step.with(
            s -> {
              Set<String> heard = new HashSet<>(s.heardSpecs);
              heard.remove(deployment);
              s.heardSpecs = heard;
              s.specs = State.without(s.specs, deployment);
            });
    return known ? next.log("spec removed: deployment=%s", deployment).dirty() : next;
  }

  static Step manifestReady(Step step, String digest, Manifest manifest) {
    boolean known = step.state().manifests().containsKey(digest);
    Step next =
        step.with(
            s -> {
              Map<String, String> refused = new HashMap<>(s.refused);
              refused.remove(digest);
              s.refused = refused;
              Map<String, Manifest> manifests = new HashMap<>(s.manifests);
              manifests.put(digest, manifest);
              s.manifests = manifests;
            });
    return known ? next : next.dirty();
  }

  static Step manifestRefused(Step step, String digest, String reason) {
    return step.with(
            s -> {
              Map<String, String> refused = new HashMap<>(s.refused);
              refused.put(digest, reason);
              s.refused = refused;
            })
        .dirty();
  }

  static Step fetchMissing(Step step) {
    return fetch(step, bundles(step.state()));
  }

  private static Step fetch(Step step, Set<String> digests) {
    return step.and(
        digests.stream()
            .filter(digest -> !step.state().manifests().containsKey(digest))
            .map(Effect.FetchBundle::new)
            .toList());
  }

  /** A plan was heard whose bundle is not the one that is wanted, perhaps. */
  static Step fetchFor(Step step, PlanMessage plan) {
    return fetch(step, bundlesOf(plan));
  }

  /** What runs, and what comes back if a new bundle fails. */
  private static Set<String> bundlesOf(PlanMessage plan) {
    if (plan == null) {
      return Set.of();
    }
    return plan.rollout() == null
        ? Set.of(plan.bundle())
        : new LinkedHashSet<>(List.of(plan.bundle(), plan.rollout().from().bundle()));
  }

  /** What a broker that remembers has not told of was removed. */
  static Step forgetRemoved(Step step) {
    return step.with(
        s -> {
          TreeMap<String, DeploymentSpec> left = new TreeMap<>(s.specs);
          left.keySet().retainAll(s.heardSpecs);
          s.specs = left;
        });
  }

  /** Forgets what was removed; a broker that forgot is told again. */
  static Step reconcile(Step step) {
    State state = step.state();
    if (state.brokerRemembers()) {
      return forgetRemoved(step);
    }
    List<Effect> effects = new ArrayList<>();
    bundles(state).forEach(digest -> effects.add(new Effect.PublishBundle(digest)));
    state
        .specs()
        .forEach(
            (name, spec) -> {
              if (!state.heardSpecs().contains(name)) {
                effects.add(new Effect.PublishSpec(name, spec));
              }
            });
    return step.and(effects);
  }

  /** Tells the usual broker what users said at ours. */
  static Step runHandover(Step step) {
    State state = step.state();
    SpecHandover handover = state.handover();
    if (handover.stage() != SpecHandover.Stage.BACK) {
      return step;
    }
    List<Effect> effects = new ArrayList<>();
    handover
        .wanted()
        .forEach(
            (name, mine) -> {
              boolean heard = state.heardSpecs().contains(name);
              if (handover.isNews(name, heard ? state.specs().get(name) : null)) {
                effects.add(new Effect.PublishBundle(mine.bundle()));
                effects.add(new Effect.PublishSpec(name, mine));
              }
            });
    state.heardSpecs().stream()
        .filter(handover::wasEnded)
        .forEach(name -> effects.add(new Effect.RemoveSpec(name)));
    return step.and(effects).with(s -> s.handover = SpecHandover.NONE);
  }

  private static Set<String> bundles(State state) {
    Set<String> digests = new LinkedHashSet<>();
    state.specs().values().forEach(spec -> digests.add(spec.bundle()));
    state.specs().keySet().forEach(name -> digests.addAll(bundlesOf(state.plans().get(name))));
    return digests;
  }
}
