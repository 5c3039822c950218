package io.coterie.broker;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Runs tasks one at a time and in order, on the thread that adds a task while none is running. It
 * has no thread of its own, because handing over to one costs more than a typical handler. A task
 * that a running task adds runs after it.
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

  /**
   * Runs the task now, or queues it for the thread that is running one. Returns false if the queue
   * is full or closed.
   */
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

  /** Discards the waiting tasks and accepts no more. */
  void close() {
    synchronized (tasks) {
      closed = true;
      tasks.clear();
    }
  }
}
