package io.coterie.lab.demo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Which boards become slow: a pure choice. */
final class SlowHalf {
  private SlowHalf() {}

  /**
   * Half of the boards, rounded down, at least one: first all boards of a group, so that nobody
   * answers fast for it, drawn from the largest groups that fit into the half (one that just lost a
   * board would be whole again soon); then others drawn one by one. Where no group fits, all are
   * drawn one by one.
   *
   * @param boards all of them
   * @param groups the boards of each of the plan's groups
   * @param random the same gives the same choice
   */
  static Set<String> choose(
      Collection<String> boards,
      List<? extends Collection<String>> groups,
      RandomGenerator random) {
    int half = Math.max(1, boards.size() / 2);
    int largest = 0;
    List<Set<String>> fitting = new ArrayList<>();
    for (Collection<String> group : groups) {
      Set<String> members = new LinkedHashSet<>(group);
      members.retainAll(boards);
      if (members.size() > largest && members.size() <= half) {
        largest = members.size();
        fitting.clear();
      }
      if (!members.isEmpty() && members.size() == largest) {
        fitting.add(members);
      }
    }
    Set<String> slow = new LinkedHashSet<>();
    if (!fitting.isEmpty()) {
      slow.addAll(fitting.get(random.nextInt(fitting.size())));
    }
    List<String> others = new ArrayList<>(boards);
    others.removeAll(slow);
    while (slow.size() < half) {
      slow.add(others.remove(random.nextInt(others.size())));
    }
    return slow;
  }
}
