package io.coterie.cli.fleet;

import io.coterie.cli.CommandException;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Rollout;
import java.util.Optional;
import java.util.Set;
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
    return plan.complete() && plan.rollout() == null && isAnswer(plan) && deployment.runs(plan);
  }

  /**
   * Whether the plan is what became of the spec. A plan of an orchestrator that tells no generation
   * may be older than the spec, so at least one has to lead.
   */
  private boolean isAnswer(PlanMessage plan) {
    return plan.answers(spec) && (!plan.generation().isEmpty() || leads());
  }

  private boolean leads() {
    return deployment
        .orchestrator()
        .filter(state -> state.state() == Availability.ONLINE)
        .isPresent();
  }

  /** What a spec that is not carried out is waiting for; nothing where that is not known. */
  Optional<String> missing() {
    Optional<PlanMessage> answer = deployment.plan().filter(this::isAnswer);
    if (answer.isEmpty()) {
      return Optional.of(unanswered());
    }
    PlanMessage plan = answer.get();
    if (!plan.complete()) {
      return Optional.of(
          "the plan is not complete: " + String.join("; ", Reason.texts(plan.reasons())));
    }
    Set<String> idle = deployment.idle(plan);
    return idle.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the plan is complete, but "
                + String.join(", ", idle)
                + (idle.size() == 1 ? " does" : " do")
                + " not run it yet: see 'coterie watch'");
  }

  private String unanswered() {
    if (leads()) {
      String id = deployment.orchestrator().orElseThrow().id();
      return "the orchestrator " + id + " leads and has not answered: see its log";
    }
    return deployment
            .orchestrator()
            .map(state -> "no orchestrator leads: the last one, " + state.id() + ", " + end(state))
            .orElse("no orchestrator was heard of")
        + "; boards go on with what they have; start a hub with 'coterie up'";
  }

  private static String end(OrchestratorState state) {
    return state.state() == Availability.STOPPED ? "was stopped" : "is offline";
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
