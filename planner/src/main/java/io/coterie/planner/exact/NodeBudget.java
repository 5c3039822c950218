package io.coterie.planner.exact;

/** How many nodes a search may visit, counted in nodes so that it is the same on every machine. */
final class NodeBudget {
  private long left;

  NodeBudget(long nodes) {
    left = nodes;
  }

  /** Takes one node; false where none is left. */
  boolean spend() {
    return left-- > 0;
  }

  boolean isSpent() {
    return left < 0;
  }
}
