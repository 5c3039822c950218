package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The teacher's filters in K partitions, and the exits where their portions are fused to an answer.
 * Every student has one stage for each exit. With one exit it is for the strategy rocoin, with more
 * for distree.
 *
 * @param ncut the normalised cut of the partition on the activation graph, >= 0
 * @param exits from the earliest to the last; at least one
 * @param policies what each exit policy offers; empty where there is one exit
 */
public record Partitioning(
    List<Partition> partitions, double ncut, List<Exit> exits, List<ExitTable> policies) {
  public Partitioning {
    partitions = Check.list(partitions, "partitions");
    exits = Check.list(exits, "exits");
    policies = Check.listOrEmpty(policies, "policies");
    if (partitions.isEmpty() || partitions.size() > 16) {
      throw new IllegalArgumentException("must be 1 to 16 partitions: " + partitions.size());
    }
    if (!(ncut >= 0) || Double.isInfinite(ncut)) {
      throw new IllegalArgumentException("must be a finite number >= 0: ncut=" + ncut);
    }
    Set<Integer> seen = new HashSet<>();
    for (Partition partition : partitions) {
      for (int filter : partition.filters()) {
        if (!seen.add(filter)) {
          throw new IllegalArgumentException("filter in two partitions: " + filter);
        }
      }
    }
    checkExits(partitions, exits);
    for (ExitTable table : policies) {
      for (OperatingPoint point : table.points()) {
        if (point.exits().size() != exits.size()) {
          throw new IllegalArgumentException(
              table.policy() + " has a point of " + point.exits().size() + " exits");
        }
      }
    }
  }

  private static void checkExits(List<Partition> partitions, List<Exit> exits) {
    if (exits.isEmpty()) {
      throw new IllegalArgumentException("must not be empty: exits");
    }
    int features = partitions.stream().mapToInt(Partition::size).sum();
    for (Exit exit : exits) {
      if (exit.mean().size() != features) {
        throw new IllegalArgumentException(
            "must have one value per filter: exit.mean has "
                + exit.mean().size()
                + ", the partitions "
                + features);
      }
      checkAccuracy(partitions, exit.accuracy());
    }
    for (Partition partition : partitions) {
      for (Student student : partition.students()) {
        if (student.stages().size() != exits.size()) {
          throw new IllegalArgumentException(
              "student %s has %d stages, its partitioning %d exits"
                  .formatted(student.name(), student.stages().size(), exits.size()));
        }
      }
    }
  }

  private static void checkAccuracy(List<Partition> partitions, List<PatternAccuracy> accuracy) {
    int k = partitions.size();
    Set<String> found = new HashSet<>();
    for (PatternAccuracy entry : accuracy) {
      if (entry.present().length() != k || !found.add(key(entry.student(), entry.present()))) {
        throw new IllegalArgumentException(
            "accuracy pattern does not fit K=" + k + ": " + entry.present());
      }
    }
    for (Partition partition : partitions) {
      for (Student student : partition.students()) {
        for (int bits = 1; bits < 1 << k; bits++) {
          String present = pattern(bits, k);
          if (!found.contains(key(student.name(), present)) && !found.contains(key("", present))) {
            throw new IllegalArgumentException(
                ("accuracy table of K=%d lacks the pattern %s for student %s: train the bundle again,"
                        + " or take a complete one")
                    .formatted(k, present, student.name()));
          }
        }
      }
    }
  }

  private static String key(String student, String present) {
    return student + '/' + present;
  }

  private static String pattern(int presentBits, int k) {
    StringBuilder pattern = new StringBuilder();
    for (int partition = 0; partition < k; partition++) {
      pattern.append((presentBits >> partition & 1) == 1 ? '1' : '0');
    }
    return pattern.toString();
  }

  /** The strategy it is for. */
  public Strategy strategy() {
    return exits.size() == 1 ? Strategy.ROCOIN : Strategy.DISTREE;
  }

  /** The exit that every frame reaches if none stops it before. */
  public Exit last() {
    return exits.get(exits.size() - 1);
  }

  /** What a policy offers with one student in every partition. */
  public Optional<ExitTable> table(ExitPolicy policy, String student) {
    return policies.stream()
        .filter(table -> table.policy() == policy && table.student().equals(student))
        .findFirst();
  }

  /** Number of partitions, K. */
  public int k() {
    return partitions.size();
  }

  /** Number of values that all portions have together. */
  public int featureSize() {
    return partitions.stream().mapToInt(Partition::size).sum();
  }

  /**
   * Accuracy at the last exit on validation data with one student in every partition, where bit k
   * of {@code presentBits} says that portion k is there; 0 where none is.
   *
   * @throws IllegalArgumentException if there is no such student
   */
  public double validationAccuracy(String student, int presentBits) {
    String present = pattern(presentBits, k());
    PatternAccuracy found = null;
    for (PatternAccuracy entry : last().accuracy()) {
      boolean fits = entry.present().equals(present);
      if (fits && entry.student().equals(student)) {
        return entry.validation();
      }
      found = fits && entry.student().isEmpty() ? entry : found;
    }
    if (found == null && presentBits != 0) {
      throw new IllegalArgumentException("no accuracy of student " + student + " at " + present);
    }
    return found == null ? 0 : found.validation();
  }

  /**
   * Accuracy on validation data of any mix of students: the mean over the present partitions of the
   * accuracy that their student reaches in all of them (ours; exact where all are the same).
   *
   * @param students the name of each partition's student
   */
  public double validationAccuracy(List<String> students, int presentBits) {
    double sum = 0;
    for (int partition = 0; partition < k(); partition++) {
      if ((presentBits >> partition & 1) == 1) {
        sum += validationAccuracy(students.get(partition), presentBits);
      }
    }
    return presentBits == 0 ? 0 : sum / Integer.bitCount(presentBits);
  }
}
