package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.learning.Learnt;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.topic.Topics;
import java.util.Map;

/**
 * What outlives a restart: with it, a hub whose broker has forgotten everything too lets the boards
 * go on with what they did.
 *
 * @param deployments wanted, by name
 * @param plans in force, by deployment
 * @param assignments in force, by agent
 * @param term highest used or seen
 * @param epoch highest used or seen
 * @param learnt of the boards
 * @param running the specs that the plans carry out, by deployment: those whose generation the plan
 *     gives, with a roll-out with the bundle of the one before
 */
public record PersistedState(
    Map<String, DeploymentSpec> deployments,
    Map<String, PlanMessage> plans,
    Map<String, Assignment> assignments,
    long term,
    long epoch,
    Learnt learnt,
    Map<String, DeploymentSpec> running) {
  /** Nothing yet. */
  public static final PersistedState NOTHING =
      new PersistedState(Map.of(), Map.of(), Map.of(), 0, 0, Learnt.NOTHING, Map.of());

  public PersistedState {
    deployments = Check.mapOrEmpty(deployments);
    plans = Check.mapOrEmpty(plans);
    assignments = Check.mapOrEmpty(assignments);
    running = Check.mapOrEmpty(running);
    Check.risingOrNone(term, "term");
    Check.notNegative(epoch, "epoch");
    learnt = learnt == null ? Learnt.NOTHING : learnt;
    deployments.keySet().forEach(name -> Topics.checkName(name, "deployment"));
    running.keySet().forEach(name -> Topics.checkName(name, "deployment"));
    plans.keySet().forEach(name -> Topics.checkName(name, "deployment"));
    assignments.keySet().forEach(name -> Topics.checkName(name, "agent"));
  }
}
