package io.coterie.orchestrator.rollout;

import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Rollout;
import io.coterie.protocol.message.TrialReport;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is seen of one roll-out in its present stage. Not kept: an orchestrator that takes over
 * begins the stage's time anew, and counts from there.
 *
 * @param of the roll-out; its counts mean nothing here
 * @param sinceNs when the stage began, or its canary was chosen
 * @param runsSinceNs when it was first seen to run, as the stage has it
 * @param incarnation of the canary when it was chosen; 0 for none
 * @param counted by agent, the last that was counted of it
 * @param tally of the deployment's frames in this stage
 * @param heard by agent, since the stage began
 */
public record Tracking(
    Rollout of,
    long sinceNs,
    OptionalLong runsSinceNs,
    long incarnation,
    Map<String, Counted> counted,
    Tally tally,
    Map<String, Heard> heard) {

  /**
   * What an agent tells of the new bundle.
   *
   * @param trial the last it told; empty for nothing
   * @param reports how many came without a word of it
   * @param runs whether it carries out its part of the plan
   */
  record Heard(Optional<TrialReport> trial, int reports, boolean runs) {
    static final Heard NOTHING = new Heard(Optional.empty(), 0, false);
  }

  public Tracking {
    counted = Map.copyOf(counted);
    heard = Map.copyOf(heard);
  }

  /** Nothing seen yet. */
  public static Tracking begin(Rollout rollout, long canaryIncarnation, long nowNs) {
    return new Tracking(
        rollout, nowNs, OptionalLong.empty(), canaryIncarnation, Map.of(), Tally.NONE, Map.of());
  }

  /** Of another stage or canary, after this one. */
  public Tracking next(Rollout rollout, long canaryIncarnation, long nowNs) {
    return new Tracking(
        rollout, nowNs, OptionalLong.empty(), canaryIncarnation, counted, Tally.NONE, Map.of());
  }

  /** Whether this is of the same stage of the same roll-out, with the same canary. */
  public boolean follows(Rollout rollout) {
    return of.stage() == rollout.stage()
        && of.to().equals(rollout.to())
        && of.rule().equals(rollout.rule())
        && of.board().equals(rollout.board());
  }

  /**
   * After a report.
   *
   * @param runs whether the agent carries out its part of the plan that is in force
   */
  public Tracking reported(
      String deployment, String agent, Report report, boolean runs, long nowNs) {
    Counted now = Counted.of(report, deployment);
    Counted before = counted.get(agent);
    Map<String, Counted> newCounted = new HashMap<>(counted);
    newCounted.put(agent, now);
    Map<String, Heard> newHeard = new HashMap<>(heard);
    Heard of = heard(agent, trial(report, deployment), runs);
    newHeard.put(agent, of);
    return new Tracking(
        this.of,
        sinceNs,
        runsSinceNs.isEmpty() && isRunningCanary(agent, of) ? OptionalLong.of(nowNs) : runsSinceNs,
        incarnation,
        newCounted,
        before == null ? tally : tally.and(now.since(before)),
        newHeard);
  }

  private boolean isRunningCanary(String agent, Heard said) {
    return of.stage() == Rollout.Stage.CANARY
        && agent.equals(of.board())
        && said.trial().filter(t -> t.state() == TrialReport.State.RUNNING).isPresent();
  }

  private Optional<TrialReport> trial(Report report, String deployment) {
    return report.trials().stream()
        .filter(trial -> trial.deployment().equals(deployment))
        .filter(trial -> trial.bundle().equals(of.to()))
        .filter(trial -> trial.attempt() == of.rule().attempt())
        .findFirst();
  }

  private Heard heard(String agent, Optional<TrialReport> trial, boolean runs) {
    Heard before = heard.getOrDefault(agent, Heard.NOTHING);
    return new Heard(trial, trial.isPresent() ? 0 : before.reports() + 1, runs);
  }

  /** From now on all boards run it: what went wrong while they changed over does not count. */
  public Tracking running(long nowNs) {
    return new Tracking(
        of, sinceNs, OptionalLong.of(nowNs), incarnation, counted, Tally.NONE, heard);
  }

  /** What the agent told last of its trial. */
  public Optional<TrialReport> trial(String agent) {
    return heard.getOrDefault(agent, Heard.NOTHING).trial();
  }

  /** Whether the agent was seen to carry out its part of the plan. */
  public boolean runs(String agent) {
    return heard.getOrDefault(agent, Heard.NOTHING).runs();
  }

  /** How many reports came from the agent without a word of its trial. */
  int silent(String agent) {
    return heard.getOrDefault(agent, Heard.NOTHING).reports();
  }
}
