package io.coterie.broker.reception;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The last few of many.
 *
 * <p>Thread-safe.
 */
final class Recent<T> {
  private final int capacity;
  private final Set<T> values = new LinkedHashSet<>();
  private volatile boolean empty = true;

  Recent(int capacity) {
    this.capacity = capacity;
  }

  synchronized void add(T value) {
    values.remove(value);
    values.add(value);
    if (values.size() > capacity) {
      values.remove(values.iterator().next());
    }
    empty = false;
  }

  /** Takes the value out; whether it was there. */
  synchronized boolean remove(T value) {
    boolean there = values.remove(value);
    empty = values.isEmpty();
    return there;
  }

  boolean isEmpty() {
    return empty;
  }
}
