package io.coterie.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Problems of an agent that people should know of. Each is a line in the agent's log and in its
 * next report.
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

  /** The agent cannot do what it was told to. Counted as a failure. */
  synchronized void error(String message) {
    failures++;
    warn(message);
  }

  /** Something is not as it should be, but the agent can do its work. */
  synchronized void warn(String message) {
    log.warn("{}: agent={}", message, agent);
    messages.addLast(message);
    if (messages.size() > MOST) {
      messages.removeFirst();
    }
  }

  synchronized long failures() {
    return failures;
  }

  /** Removes and returns the newest problems, at most {@value #MOST}, since the previous call. */
  synchronized List<String> take() {
    List<String> all = List.copyOf(messages);
    messages.clear();
    return all;
  }
}
