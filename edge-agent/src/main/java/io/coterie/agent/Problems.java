package io.coterie.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people should know of an agent: a line in its log, and in its next report.
 *
 * <p>Thread-safe.
 */
final class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  private static final int MOST = 8;

  private final String agent;
  private final Deque<String> messages = new ArrayDeque<>();
  private long failures;

  Problems(String agent) {
    this.agent = agent;
  }

  /** The agent cannot do what it was told to. */
  synchronized void error(String message) {
    failures++;
    warn(message);
  }

  /** Something is not as it should be, and keeps the agent from nothing. */
  synchronized void warn(String message) {
    log.warn("{}: agent={}", message, agent);
    messages.addLast(message);
    if (messages.size() > MOST) {
      messages.removeFirst();
    }
  }

  /** How often the agent could not do what it was told to. */
  synchronized long failures() {
    return failures;
  }

  /** The last ones since they were taken before. */
  synchronized List<String> take() {
    List<String> all = List.copyOf(messages);
    messages.clear();
    return all;
  }
}
