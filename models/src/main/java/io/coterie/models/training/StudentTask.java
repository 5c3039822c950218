package io.coterie.models.training;

import java.util.List;

/**
 * One student to be learnt.
 *
 * @param k number of partitions
 * @param partition which of them, from 0
 * @param filters the teacher's filters it learns
 */
record StudentTask(int k, int partition, List<Integer> filters, StudentNet net) {
  StudentTask {
    filters = List.copyOf(filters);
  }

  /** Such as {@code K=4 part 2 wrn-10-1}. */
  String title() {
    return "K=" + k + " part " + (partition + 1) + " " + net.name();
  }
}
