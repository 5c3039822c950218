package io.coterie.protocol.message;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Check;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What runs and why; retained.
 *
 * @param strategy rocoin in plans that do not tell
 * @param complete whether every partition has a group and there is a fuser
 * @param k number of partitions, 0 where nothing can run
 * @param acceptFrom lowest epoch whose portions fit this plan
 * @param fuser the agent that answers, empty for none; with mdi-exit the source
 * @param standby the agent that goes on where that one is lost, empty for none
 * @param latencyMs predicted time from frame to last portion; 0 where nothing runs
 * @param successProbability predicted probability that no portion is missing
 * @param expectedAccuracy predicted accuracy with the missing portions that must be expected
 * @param reasons what is missing, and what else a person should know
 * @param rollout of a bundle that takes this one's place, or took it lately; absent for none
 * @param generation of the spec that this plan answers, see {@link DeploymentSpec#identity}; empty
 *     from orchestrators that do not tell
 */
public record PlanMessage(
    long term,
    long epoch,
    String bundle,
    Strategy strategy,
    boolean complete,
    int k,
    long acceptFrom,
    List<Group> groups,
    String fuser,
    String standby,
    double latencyMs,
    double successProbability,
    double expectedAccuracy,
    List<Alternative> alternatives,
    List<Reason> reasons,
    Rollout rollout,
    String generation) {
  /**
   * The agents that all compute one partition's portion, the fastest first.
   *
   * @param members what the plan assumes of each agent, in the same order; empty in plans that do
   *     not tell
   */
  public record Group(
      int partition,
      String student,
      List<String> agents,
      double latencyMs,
      double successProbability,
      List<Member> members) {
    public Group {
      Check.notNegative(partition, "partition");
      Check.text(student, "student");
      agents = Check.listOrEmpty(agents, "agents");
      Check.fraction(successProbability, "successProbability");
      members = Check.listOrEmpty(members, "members");
    }
  }

  /**
   * What a plan assumes of an agent.
   *
   * @param latencyMs time from frame to portion that it is planned with, all its students of this
   *     deployment together; 0 where it is not known
   * @param measured whether the agent measured this student, rather than a model telling
   * @param failureProbability of giving no portion in time, from its history; in [0, 1]
   */
  public record Member(
      String agent, double latencyMs, boolean measured, double failureProbability) {
    public Member {
      Check.text(agent, "agent");
      Check.fraction(failureProbability, "failureProbability");
    }
  }

  /** A number of partitions that was not chosen, and the reason. */
  public record Alternative(int k, String reason) {
    public Alternative {
      Check.positive(k, "k");
      Check.text(reason, "reason");
    }
  }

  /** Without a roll-out and a generation. */
  public PlanMessage(
      long term,
      long epoch,
      String bundle,
      Strategy strategy,
      boolean complete,
      int k,
      long acceptFrom,
      List<Group> groups,
      String fuser,
      String standby,
      double latencyMs,
      double successProbability,
      double expectedAccuracy,
      List<Alternative> alternatives,
      List<Reason> reasons) {
    this(
        term,
        epoch,
        bundle,
        strategy,
        complete,
        k,
        acceptFrom,
        groups,
        fuser,
        standby,
        latencyMs,
        successProbability,
        expectedAccuracy,
        alternatives,
        reasons,
        null,
        "");
  }

  /** The same in another stage of a roll-out; null for none. */
  public PlanMessage with(Rollout newRollout) {
    return with(newRollout, List.of());
  }

  /** The same in another stage of a roll-out, with more for a person to know. */
  public PlanMessage with(Rollout newRollout, List<Reason> more) {
    return copy(Stream.concat(reasons.stream(), more.stream()).toList(), newRollout, generation);
  }

  /** The same as the answer to a spec. */
  public PlanMessage answering(DeploymentSpec spec) {
    return copy(reasons, rollout, spec.identity());
  }

  private PlanMessage copy(List<Reason> newReasons, Rollout newRollout, String newGeneration) {
    return new PlanMessage(
        term,
        epoch,
        bundle,
        strategy,
        complete,
        k,
        acceptFrom,
        groups,
        fuser,
        standby,
        latencyMs,
        successProbability,
        expectedAccuracy,
        alternatives,
        newReasons,
        newRollout,
        newGeneration);
  }

  /**
   * Whether this plan was made for the spec. Of plans that tell no generation only bundle and
   * strategy are compared, so that an older spec with the same ones cannot be told from it.
   */
  public boolean answers(DeploymentSpec spec) {
    return generation.isEmpty()
        ? bundle.equals(spec.bundle()) && strategy == spec.strategy()
        : generation.equals(spec.identity());
  }

  public PlanMessage {
    strategy = strategy == null ? Strategy.ROCOIN : strategy;
    Check.rising(term, "term");
    Check.rising(epoch, "epoch");
    Digest.check(bundle, "bundle");
    Check.notNegative(k, "k");
    Check.risingOrNone(acceptFrom, "acceptFrom");
    groups = Check.listOrEmpty(groups, "groups");
    fuser = fuser == null ? "" : fuser;
    standby = standby == null ? "" : standby;
    Check.fraction(successProbability, "successProbability");
    Check.fraction(expectedAccuracy, "expectedAccuracy");
    alternatives = Check.listOrEmpty(alternatives, "alternatives");
    reasons = Check.listOrEmpty(reasons, "reasons");
    generation = generation == null ? "" : generation;
  }

  /** Every agent that computes a portion or a segment. */
  public Set<String> agents() {
    return groups.stream().flatMap(group -> group.agents().stream()).collect(Collectors.toSet());
  }
}
