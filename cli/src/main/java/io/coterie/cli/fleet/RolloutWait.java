package io.coterie.cli.fleet;

import io.coterie.cli.CommandException;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Rollout;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Waits until a spec is carried out, through the stages of its roll-out, and tells each. */
final class RolloutWait {
  /** The stages end by themselves before that. */
  private static final long STAGES_MS = 600_000;

  private final Deployment deployment;
  private final DeploymentSpec spec;
  private final Consumer<String> lines;
  private Optional<Rollout> told = Optional.empty();

  /**
   * Has seen nothing yet.
   *
   * @param lines hears of every stage
   */
  RolloutWait(Deployment deployment, DeploymentSpec spec, Consumer<String> lines) {
    this.deployment = deployment;
    this.spec = spec;
    this.lines = lines;
  }

  /**
   * Waits.
   *
   * @param timeoutMs for a plan that runs, or for the first stage
   * @return whether a complete plan of the spec runs
   * @throws CommandException if the bundle failed and the one before is back
   */
  boolean await(long timeoutMs) throws InterruptedException {
    long beganNs = System.nanoTime();
    while (true) {
      Optional<Rollout> rollout = stage();
      rollout.ifPresent(this::tell);
      if (deployment.plan().filter(this::isDone).isPresent()) {
        return true;
      }
      long waitMs = rollout.isPresent() || told.isPresent() ? STAGES_MS : timeoutMs;
      long leftNs = TimeUnit.MILLISECONDS.toNanos(waitMs) - (System.nanoTime() - beganNs);
      if (!deployment.awaitNews(leftNs)) {
        return false;
      }
    }
  }

  private Optional<Rollout> stage() {
    return deployment.plan().map(PlanMessage::rollout).filter(rollout -> rollout.isOf(spec));
  }

  private boolean isDone(PlanMessage plan) {
    return plan.complete()
        && plan.rollout() == null
        && answers(plan, spec)
        && deployment.runs(plan);
  }

  /** Whether the plan is of the bundle and the strategy that are wanted. */
  static boolean answers(PlanMessage plan, DeploymentSpec spec) {
    return plan.bundle().equals(spec.bundle()) && plan.strategy() == spec.strategy();
  }

  private void tell(Rollout rollout) {
    Optional<Rollout> now = Optional.of(rollout);
    if (rollout.stage() == Rollout.Stage.RETURNED) {
      throw new CommandException(RolloutText.line(rollout));
    }
    if (RolloutText.isNews(told, now)) {
      lines.accept("roll-out: " + RolloutText.line(rollout));
    }
    told = now;
  }
}
