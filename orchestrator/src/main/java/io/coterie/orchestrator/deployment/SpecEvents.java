package io.coterie.orchestrator.deployment;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What users want, and the bundles it takes. */
final class SpecEvents {
  private final DecisionBuilder builder;

  SpecEvents(DecisionBuilder builder) {
    this.builder = builder;
  }

  void specHeard(String deployment, DeploymentSpec spec) {
    builder.heardSpecs.add(deployment);
    if (spec.equals(builder.specs.put(deployment, spec))) {
      return;
    }
    builder.log("spec: deployment=%s bundle=%s", deployment, spec.bundle());
    if (!builder.manifests.containsKey(spec.bundle())) {
      fetch(spec.bundle());
    }
    builder.replanNow();
  }

  void specRemoved(String deployment) {
    builder.heardSpecs.remove(deployment);
    if (builder.specs.remove(deployment) != null) {
      builder.log("spec removed: deployment=%s", deployment);
      builder.replanNow();
    }
  }

  void manifestReady(String digest, Manifest manifest) {
    builder.refused.remove(digest);
    if (builder.manifests.put(digest, manifest) == null) {
      builder.replanNow();
    }
  }

  void manifestRefused(String digest, String reason) {
    builder.refused.put(digest, reason);
    builder.replanNow();
  }

  void fetchMissing() {
    bundles().stream()
        .filter(digest -> !builder.manifests.containsKey(digest))
        .forEach(this::fetch);
  }

  private void fetch(String digest) {
    builder.effects.add(new Effect.FetchBundle(digest));
  }

  /** A plan was heard whose bundle is not the one that is wanted, perhaps. */
  void fetchFor(PlanMessage plan) {
    bundlesOf(plan).stream()
        .filter(digest -> !builder.manifests.containsKey(digest))
        .forEach(this::fetch);
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
  void forgetRemoved() {
    builder.specs.keySet().retainAll(builder.heardSpecs);
  }

  /** Forgets what was removed; a broker that forgot is told again. */
  void reconcile() {
    if (builder.brokerRemembers) {
      forgetRemoved();
      return;
    }
    bundles().forEach(digest -> builder.effects.add(new Effect.PublishBundle(digest)));
    builder.specs.forEach(
        (name, spec) -> {
          if (!builder.heardSpecs.contains(name)) {
            builder.effects.add(new Effect.PublishSpec(name, spec));
          }
        });
  }

  /** Tells the usual broker what users said at ours. */
  void runHandover() {
    SpecHandover handover = builder.handover;
    if (handover.stage() != SpecHandover.Stage.BACK) {
      return;
    }
    for (String name : handover.wanted().keySet()) {
      DeploymentSpec there = builder.heardSpecs.contains(name) ? builder.specs.get(name) : null;
      if (handover.isNews(name, there)) {
        DeploymentSpec mine = handover.wanted().get(name);
        builder.effects.add(new Effect.PublishBundle(mine.bundle()));
        builder.effects.add(new Effect.PublishSpec(name, mine));
      }
    }
    builder.heardSpecs.stream()
        .filter(handover::wasEnded)
        .forEach(name -> builder.effects.add(new Effect.RemoveSpec(name)));
    builder.handover = SpecHandover.NONE;
  }

  private Set<String> bundles() {
    Set<String> digests = new LinkedHashSet<>();
    builder.specs.values().forEach(spec -> digests.add(spec.bundle()));
    builder.specs.keySet().forEach(name -> digests.addAll(bundlesOf(builder.plans.get(name))));
    return digests;
  }
}
