package io.coterie.protocol.access;

import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;

/**
 * One topic that a role may use.
 *
 * @param own only where the topic's first name is the user's
 */
public record Grant(Topic topic, boolean own) {
  static Grant any(Topic topic) {
    return new Grant(topic, false);
  }

  static Grant own(Topic topic) {
    return new Grant(topic, true);
  }

  /** Whether it covers the topic, for the user of this name. */
  boolean covers(Topics.Parsed parsed, String name) {
    return parsed.topic() == topic && (!own || parsed.name().equals(name));
  }

  /** As a topic filter, for the user of this name. */
  String filter(Topics topics, String name) {
    return own ? topics.filter(topic, name) : topics.filter(topic);
  }
}
