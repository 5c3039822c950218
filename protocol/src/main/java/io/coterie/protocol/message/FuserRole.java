package io.coterie.protocol.message;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.util.List;

/**
 * To answer every frame of a deployment from its portions.
 *
 * @param bundle digest of the bundle's manifest
 * @param strategy rocoin where it is not said
 * @param k number of partitions
 * @param covered partitions that have a group; the fuser does not wait for the others
 * @param deadlineMs time from a frame's arrival to its answer, at most
 * @param acceptFrom lowest epoch whose portions count; older ones are fenced off
 * @param exitRule when frames leave early; counts for distree only
 * @param standby whether another agent answers: then this one only where it sees no result
 * @param hedgeMs how long the standby waits for that result, 20 to 60,000 (1 to 19 count as 20); 0
 *     where there is none
 */
public record FuserRole(
    String deployment,
    String bundle,
    Strategy strategy,
    int k,
    List<Integer> covered,
    long deadlineMs,
    long acceptFrom,
    ExitRule exitRule,
    boolean standby,
    long hedgeMs) {
  public FuserRole {
    strategy = strategy == null ? Strategy.ROCOIN : strategy;
    exitRule = exitRule == null ? ExitRule.standard() : exitRule;
    Topics.checkName(deployment, "deployment");
    Digest.check(bundle, "bundle");
    Check.positive(k, "k");
    covered = Check.listOrEmpty(covered, "covered");
    Check.positive(deadlineMs, "deadlineMs");
    Check.rising(acceptFrom, "acceptFrom");
    hedgeMs = DeploymentSpec.readHedgeMs(hedgeMs);
  }

  /** The role of who answers, alone. */
  public FuserRole(
      String deployment,
      String bundle,
      Strategy strategy,
      int k,
      List<Integer> covered,
      long deadlineMs,
      long acceptFrom,
      ExitRule exitRule) {
    this(deployment, bundle, strategy, k, covered, deadlineMs, acceptFrom, exitRule, false, 0);
  }

  /** The same where there is one exit. */
  public FuserRole(
      String deployment,
      String bundle,
      int k,
      List<Integer> covered,
      long deadlineMs,
      long acceptFrom) {
    this(deployment, bundle, null, k, covered, deadlineMs, acceptFrom, null);
  }
}
