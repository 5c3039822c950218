package io.coterie.broker;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Runs tasks one at a time and in order, on whichever thread finds nobody running: no thread of its
 * own, and so no hand-over, which costs more than what a bus's handler does. A task that adds
 * another returns before that one runs.
 *
 * <p>Thread-safe.
 */
final class SerialQueue {
  private final int capacity;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean running;
  private boolean closed;

  SerialQueue(int capacity) {
    this.capacity = capacity;
  }

  /** Runs the task now or leaves it to the thread that runs one; false if there is no room. */
  boolean run(Runnable task) {
    synchronized (tasks) {
      if (closed || tasks.size() >= capacity) {
        return false;
      }
      tasks.add(task);
      if (running) {
        return true;
      }
      running = true;
    }
    for (Runnable next = next(); next != null; next = next()) {
      next.run();
    }
    return true;
  }

  private Runnable next() {
    synchronized (tasks) {
      Runnable next = tasks.poll();
      running = next != null;
      return next;
    }
  }

  /** Forgets the tasks that wait and takes no more. */
  void close() {
    synchronized (tasks) {
      closed = true;
      tasks.clear();
    }
  }
}
