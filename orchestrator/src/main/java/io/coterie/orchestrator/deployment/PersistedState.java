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
 * @param version of the format; files of releases that wrote none are of version 1
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
    int version,
    Map<String, DeploymentSpec> deployments,
    Map<String, PlanMessage> plans,
    Map<String, Assignment> assignments,
    long term,
    long epoch,
    Learnt learnt,
    Map<String, DeploymentSpec> running) {
  /** The newest format: its plans name generations, and their reasons have codes. */
  static final int VERSION = 2;

  private static final int UNVERSIONED = 1;

  /** Nothing yet. */
  public static final PersistedState NOTHING =
      new PersistedState(Map.of(), Map.of(), Map.of(), 0, 0, Learnt.NOTHING, Map.of());

  /** In the newest format. */
  public PersistedState(
      Map<String, DeploymentSpec> deployments,
      Map<String, PlanMessage> plans,
      Map<String, Assignment> assignments,
      long term,
      long epoch,
      Learnt learnt,
      Map<String, DeploymentSpec> running) {
    this(VERSION, deployments, plans, assignments, term, epoch, learnt, running);
  }

  public PersistedState {
    version = version == 0 ? UNVERSIONED : version;
    if (version < UNVERSIONED || version > VERSION) {
      throw new IllegalArgumentException(
          "is of another release: version=" + version + ", this one reads 1 to " + VERSION);
    }
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

  /**
   * The same in the newest format. All that version 1 lacks has a value for where it is missing:
   * plans have no generation, and their reasons have no code.
   */
  public PersistedState migrated() {
    return new PersistedState(deployments, plans, assignments, term, epoch, learnt, running);
  }
}
