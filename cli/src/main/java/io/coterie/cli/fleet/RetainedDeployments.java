package io.coterie.cli.fleet;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is retained of deployments: specs, plans, and roles of agents. A deployment has ended where
 * nothing of it is left. Boards that are away keep their roles until they come back and are told
 * otherwise; they do not count.
 *
 * <p>Thread-safe.
 */
final class RetainedDeployments {
  private final SortedSet<String> specs = new TreeSet<>();
  private final SortedSet<String> plans = new TreeSet<>();

  /** The deployments that each agent has roles of. */
  private final SortedMap<String, Set<String>> roles = new TreeMap<>();

  private final Set<String> here = new HashSet<>();

  /**
   * Takes a message in of a spec, a plan, an assignment or an agent's state.
   *
   * @throws JsonException for one that cannot be read; it counts as none
   */
  synchronized void heard(Topics.Parsed topic, Message message) throws JsonException {
    boolean cleared = message.payload().length == 0;
    if (topic.topic() == Topic.AGENT_ASSIGNMENT) {
      roles.remove(topic.name());
      if (!cleared) {
        roles.put(topic.name(), deployments(Json.read(message.payload(), Assignment.class)));
      }
      return;
    }
    if (topic.topic() == Topic.AGENT_STATE) {
      here.remove(topic.name());
      if (!cleared && isHere(Json.read(message.payload(), AgentState.class).state())) {
        here.add(topic.name());
      }
      return;
    }
    Set<String> names = topic.topic() == Topic.DEPLOYMENT_SPEC ? specs : plans;
    if (cleared) {
      names.remove(topic.name());
    } else {
      names.add(topic.name());
    }
  }

  private static boolean isHere(Availability state) {
    return state == Availability.ONLINE || state == Availability.DRAINING;
  }

  private static Set<String> deployments(Assignment assignment) {
    return Stream.of(
            assignment.students().stream().map(role -> role.deployment()),
            assignment.fusers().stream().map(role -> role.deployment()),
            assignment.pipelines().stream().map(role -> role.deployment()),
            assignment.trials().stream().map(role -> role.deployment()))
        .flatMap(names -> names)
        .collect(Collectors.toSet());
  }

  /** The deployments that are wanted or still run. */
  synchronized SortedSet<String> deployments() {
    SortedSet<String> all = new TreeSet<>(specs);
    all.addAll(plans);
    return all;
  }

  /** Whether somebody wants the deployment. */
  synchronized boolean isWanted(String deployment) {
    return specs.contains(deployment);
  }

  /** The agents that are here and have a role of the deployment. */
  synchronized SortedSet<String> agents(String deployment) {
    SortedSet<String> agents = new TreeSet<>();
    roles.forEach(
        (agent, names) -> {
          if (here.contains(agent) && names.contains(deployment)) {
            agents.add(agent);
          }
        });
    return agents;
  }

  /** Whether nothing is left of the deployment. */
  synchronized boolean isGone(String deployment) {
    return !deployments().contains(deployment) && agents(deployment).isEmpty();
  }
}
