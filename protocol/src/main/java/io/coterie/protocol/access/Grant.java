package io.coterie.protocol.access;

import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.Collections;
import java.util.OptionalInt;

/**
 * One topic that a role may use.
 *
 * @param own which of the topic's names has to be the user's, from 0; empty for none
 */
public record Grant(Topic topic, OptionalInt own) {
  private static final String ANY = "+";

  static Grant any(Topic topic) {
    return new Grant(topic, OptionalInt.empty());
  }

  /** Where the agent is the user. */
  static Grant own(Topic topic) {
    return new Grant(topic, OptionalInt.of(0));
  }

  /** Where the source is the user, in whatever deployment. */
  static Grant ownSource(Topic topic) {
    return new Grant(topic, OptionalInt.of(1));
  }

  /** Whether it covers the topic, for the user of this name. */
  boolean covers(Topics.Parsed parsed, String name) {
    return parsed.topic() == topic
        && (own.isEmpty() || parsed.names().get(own.getAsInt()).equals(name));
  }

  /** As a topic filter, for the user of this name. */
  String filter(Topics topics, String name) {
    if (own.isEmpty()) {
      return topics.filter(topic);
    }
    String[] names = Collections.nCopies(own.getAsInt() + 1, ANY).toArray(new String[0]);
    names[own.getAsInt()] = name;
    return topics.filter(topic, names);
  }
}
