package io.coterie.protocol.access;

import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What one user may do: the table of {@link Role} for its name, in one fleet. What no rule allows
 * is forbidden.
 *
 * <p>Besides the fleet's own topics there are <em>reply topics</em>, {@code BASE-reply/USER/…},
 * where a publisher may have the results of its frames sent: whoever answers may publish to them,
 * and each user may read its own. And there are the topics of Home Assistant's discovery, for the
 * hub and for Home Assistant.
 *
 * @param name the user's name; an agent's is the agent's
 */
public record Permissions(Topics topics, Role role, String name) {
  private static final String REPLY = "-reply/";

  /** Everything else would be taken for new by whoever subscribes later. */
  private static final Set<Topic> RETAINABLE =
      EnumSet.of(
          Topic.AGENT_STATE,
          Topic.AGENT_CAPABILITY,
          Topic.AGENT_ASSIGNMENT,
          Topic.DEPLOYMENT_SPEC,
          Topic.DEPLOYMENT_PLAN,
          Topic.CONTROL,
          Topic.MODEL,
          Topic.ORCHESTRATOR_STATE);

  public Permissions {
    Topics.checkName(name, "user name");
  }

  /** Whether a message may go to this topic, and be kept by the broker if it asks for that. */
  public boolean mayPublish(String topic, boolean retained) {
    if (role.publishesAtHome().stream().anyMatch(filter -> Topics.matches(filter, topic))) {
      return true;
    }
    if (role.answers() && topic.startsWith(topics.base() + REPLY)) {
      return !retained;
    }
    return topics
        .parse(topic)
        .filter(parsed -> !retained || RETAINABLE.contains(parsed.topic()))
        .map(parsed -> role.publishes().stream().anyMatch(grant -> grant.covers(parsed, name)))
        .orElse(false);
  }

  /** Whether everything that the filter covers may be read. */
  public boolean maySubscribe(String filter) {
    return subscribeFilters().stream().anyMatch(granted -> covers(granted, filter));
  }

  /** Where the user's frames may have their results sent. */
  public String replyFilter() {
    return topics.base() + REPLY + name + "/#";
  }

  /** Filters of the topics it may publish to. */
  public List<String> publishFilters() {
    Stream<String> own = role.publishes().stream().map(grant -> grant.filter(topics, name));
    Stream<String> replies =
        role.answers() ? Stream.of(topics.base() + REPLY + "#") : Stream.empty();
    return Stream.of(own, replies, role.publishesAtHome().stream())
        .flatMap(filters -> filters)
        .toList();
  }

  /** Filters of the topics it may subscribe to. */
  public List<String> subscribeFilters() {
    Stream<String> granted =
        role.subscribes().size() == Topic.values().length
            ? Stream.of(topics.base() + "/#")
            : role.subscribes().stream().map(grant -> grant.filter(topics, name));
    return Stream.of(granted, Stream.of(replyFilter()), role.subscribesAtHome().stream())
        .flatMap(filters -> filters)
        .toList();
  }

  /** Whether the granted filter covers every topic that the other covers. */
  static boolean covers(String granted, String filter) {
    String[] g = granted.split("/", -1);
    String[] f = filter.split("/", -1);
    for (int i = 0; i < g.length; i++) {
      if (g[i].equals("#")) {
        return true;
      }
      if (i >= f.length || f[i].equals("#")) {
        return false;
      }
      if (!g[i].equals("+") && !g[i].equals(f[i])) {
        return false;
      }
    }
    return g.length == f.length;
  }
}
