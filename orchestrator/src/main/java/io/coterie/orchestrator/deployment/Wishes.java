package io.coterie.orchestrator.deployment;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What users want, and the bundles it takes. */
final class Wishes {
  private final Draft draft;

  Wishes(Draft draft) {
    this.draft = draft;
  }

  void specHeard(String deployment, DeploymentSpec spec) {
    draft.heardSpecs.add(deployment);
    if (spec.equals(draft.specs.put(deployment, spec))) {
      return;
    }
    draft.log("spec: deployment=%s bundle=%s", deployment, spec.bundle());
    if (!draft.manifests.containsKey(spec.bundle())) {
      fetch(spec.bundle());
    }
    draft.replanNow();
  }

  void specRemoved(String deployment) {
    draft.heardSpecs.remove(deployment);
    if (draft.specs.remove(deployment) != null) {
      draft.log("spec removed: deployment=%s", deployment);
      draft.replanNow();
    }
  }

  void manifestReady(String digest, Manifest manifest) {
    draft.refused.remove(digest);
    if (draft.manifests.put(digest, manifest) == null) {
      draft.replanNow();
    }
  }

  void manifestRefused(String digest, String reason) {
    draft.refused.put(digest, reason);
    draft.replanNow();
  }

  void fetchMissing() {
    bundles().stream().filter(digest -> !draft.manifests.containsKey(digest)).forEach(this::fetch);
  }

  private void fetch(String digest) {
    draft.effects.add(new Effect.FetchBundle(digest));
  }

  /** A plan was heard whose bundle is not the one that is wanted, perhaps. */
  void fetchFor(PlanMessage plan) {
    bundlesOf(plan).stream()
        .filter(digest -> !draft.manifests.containsKey(digest))
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
    draft.specs.keySet().retainAll(draft.heardSpecs);
  }

  /** Forgets what was removed; a broker that forgot is told again. */
  void reconcile() {
    if (draft.brokerRemembers) {
      forgetRemoved();
      return;
    }
    bundles().forEach(digest -> draft.effects.add(new Effect.PublishBundle(digest)));
    draft.specs.forEach(
        (name, spec) -> {
          if (!draft.heardSpecs.contains(name)) {
            draft.effects.add(new Effect.PublishSpec(name, spec));
          }
        });
  }

  /** Tells the usual broker what users said at ours. */
  void runErrands() {
    Errands errands = draft.errands;
    if (errands.stage() != Errands.Stage.BACK) {
      return;
    }
    for (String name : errands.wanted().keySet()) {
      DeploymentSpec there = draft.heardSpecs.contains(name) ? draft.specs.get(name) : null;
      if (errands.isNews(name, there)) {
        DeploymentSpec mine = errands.wanted().get(name);
        draft.effects.add(new Effect.PublishBundle(mine.bundle()));
        draft.effects.add(new Effect.PublishSpec(name, mine));
      }
    }
    draft.heardSpecs.stream()
        .filter(errands::wasEnded)
        .forEach(name -> draft.effects.add(new Effect.RemoveSpec(name)));
    draft.errands = Errands.NONE;
  }

  private Set<String> bundles() {
    Set<String> digests = new LinkedHashSet<>();
    draft.specs.values().forEach(spec -> digests.add(spec.bundle()));
    draft.specs.keySet().forEach(name -> digests.addAll(bundlesOf(draft.plans.get(name))));
    return digests;
  }
}
