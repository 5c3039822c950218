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
  private record Task(long bytes, Runnable work) {}

  private final long capacityBytes;
  private final Queue<Task> tasks = new ArrayDeque<>();
  private long waitingBytes;
  private boolean running;
  private boolean closed;

  /**
   * @param capacityBytes of what may wait; a task of any size may wait alone
   */
  SerialQueue(long capacityBytes) {
    this.capacityBytes = capacityBytes;
  }

  /**
   * Runs the task now, or queues it for the thread that is running one. Returns false if the queue
   * is full or closed.
   *
   * @param bytes that the task keeps in memory while it waits
   */
  boolean run(long bytes, Runnable task) {
    synchronized (tasks) {
      if (closed || (waitingBytes > 0 && waitingBytes + bytes > capacityBytes)) {
        return false;
      }
      tasks.add(new Task(bytes, task));
      waitingBytes += bytes;
      if (running) {
        return true;
      }
      running = true;
    }
    for (Task next = next(); next != null; next = next()) {
      next.work().run();
    }
    return true;
  }

  private Task next() {
    synchronized (tasks) {
      Task next = tasks.poll();
      running = next != null;
      waitingBytes -= running ? next.bytes() : 0;
      return next;
    }
  }

  /** Discards the waiting tasks and accepts no more. */
  void close() {
    synchronized (tasks) {
      closed = true;
      tasks.clear();
      waitingBytes = 0;
    }
  }
}
