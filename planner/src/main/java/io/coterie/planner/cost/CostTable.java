package io.coterie.planner.cost;

import io.coterie.planner.cost.CostModel.Measurement;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.PatternAccuracy;
import io.coterie.protocol.bundle.Student;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What every student of one partitioning costs on every board, computed once: the search then works
 * on indices. Boards, partitions and a partition's students are numbered from 0 in the order in
 * which they were given; dominated students are left out.
 *
 * <p>A student is dominated by another of the same partition that needs no more memory, takes no
 * longer on any board, and is at least as accurate in every pattern of missing portions (ours).
 * Immutable, except that the arrays it hands out must not be written to.
 */
public final class CostTable {
  /** The name of no student. */
  private static final String ANY = "";

  private final Partitioning partitioning;
  private final List<Device> boards;
  private final Student[][] students;
  private final double[][][] seconds;
  private final double[][][] accuracy;
  private final double[] fails;
  private final long[] memory;

  /** A table of any number of boards. */
  public CostTable(Partitioning partitioning, List<Device> boards, CostModel costs) {
    this(partitioning, boards, costs, Set.of());
  }

  /**
   * A table that leaves certain students in although they are dominated.
   *
   * @param kept digests of their models
   */
  public CostTable(
      Partitioning partitioning, List<Device> boards, CostModel costs, Set<String> kept) {
    this.partitioning = partitioning;
    this.boards = List.copyOf(boards);
    int k = partitioning.k();
    students = new Student[k][];
    seconds = new double[k][][];
    accuracy = new double[k][][];
    fails = boards.stream().mapToDouble(Device::failureProbability).toArray();
    memory = boards.stream().mapToLong(Device::memoryBytes).toArray();
    Map<String, double[]> accuracies = accuracies(partitioning);
    for (int p = 0; p < k; p++) {
      fill(p, costs, accuracies, kept);
    }
  }

  private void fill(int p, CostModel costs, Map<String, double[]> accuracies, Set<String> always) {
    Partition partition = partitioning.partitions().get(p);
    List<Student> all = partition.students();
    double[][] times = new double[all.size()][];
    double[][] accurate = new double[all.size()][];
    for (int s = 0; s < times.length; s++) {
      times[s] = seconds(partition, all.get(s), costs);
      accurate[s] = accuracies.getOrDefault(all.get(s).name(), accuracies.get(ANY));
    }
    List<Integer> kept = new ArrayList<>();
    for (int s = 0; s < times.length; s++) {
      if (always.contains(all.get(s).digest()) || !isDominated(s, all, times, accurate)) {
        kept.add(s);
      }
    }
    students[p] = kept.stream().map(all::get).toArray(Student[]::new);
    seconds[p] = kept.stream().map(s -> times[s]).toArray(double[][]::new);
    accuracy[p] = kept.stream().map(s -> accurate[s]).toArray(double[][]::new);
  }

  /**
   * Validation accuracies by student name and the bits of the present portions, {@code [2^K]};
   * those measured with no student in particular have the name {@link #ANY}.
   */
  private static Map<String, double[]> accuracies(Partitioning partitioning) {
    Map<String, double[]> byStudent = new HashMap<>();
    byStudent.put(ANY, new double[1 << partitioning.k()]);
    List<PatternAccuracy> anyFirst = new ArrayList<>(partitioning.last().accuracy());
    anyFirst.sort(Comparator.comparing((PatternAccuracy entry) -> !entry.student().equals(ANY)));
    for (PatternAccuracy entry : anyFirst) {
      byStudent
              .computeIfAbsent(entry.student(), name -> byStudent.get(ANY).clone())[
              bits(entry.present())] =
          entry.validation();
    }
    return byStudent;
  }

  private static int bits(String present) {
    int bits = 0;
    for (int p = 0; p < present.length(); p++) {
      bits |= (present.charAt(p) - '0') << p;
    }
    return bits;
  }

  private double[] seconds(Partition partition, Student student, CostModel costs) {
    double[] times = new double[boards.size()];
    boolean measured = !costs.measuredSeconds().isEmpty();
    double bits = (double) costs.bitsPerValue() * partition.size();
    for (int b = 0; b < times.length; b++) {
      Device board = boards.get(b);
      double compute = student.flops() / board.flopsPerSecond();
      if (measured) {
        Measurement what = new Measurement(board.id(), student.digest());
        compute = costs.measuredSeconds().getOrDefault(what, compute);
      }
      times[b] = compute + bits / board.uplinkBitsPerSecond();
    }
    return times;
  }

  private static boolean isDominated(
      int s, List<Student> students, double[][] times, double[][] accurate) {
    for (int other = 0; other < times.length; other++) {
      if (other == s || students.get(other).memoryBytes() > students.get(s).memoryBytes()) {
        continue;
      }
      boolean asGood =
          noneLarger(times[other], times[s]) && noneLarger(accurate[s], accurate[other]);
      boolean same =
          students.get(other).memoryBytes() == students.get(s).memoryBytes()
              && Arrays.equals(times[other], times[s])
              && Arrays.equals(accurate[other], accurate[s]);
      if (asGood && (!same || other < s)) {
        return true;
      }
    }
    return false;
  }

  private static boolean noneLarger(double[] a, double[] b) {
    for (int i = 0; i < a.length; i++) {
      if (a[i] > b[i]) {
        return false;
      }
    }
    return true;
  }

  public Partitioning partitioning() {
    return partitioning;
  }

  /** Number of partitions, K. */
  public int k() {
    return students.length;
  }

  /** Number of boards. */
  public int boards() {
    return boards.size();
  }

  public Device board(int board) {
    return boards.get(board);
  }

  /** Number of students of the partition that no other dominates; at least one. */
  public int students(int partition) {
    return students[partition].length;
  }

  public Student student(int partition, int student) {
    return students[partition][student];
  }

  /** Digests of the models of the partition's students, in their order. */
  public List<String> models(int partition) {
    return Arrays.stream(students[partition]).map(s -> s.digest()).toList();
  }

  /** Memory the student takes, bytes. */
  public long bytes(int partition, int student) {
    return students[partition][student].memoryBytes();
  }

  /** Seconds until the board has sent the student's portion, if it runs nothing else. */
  public double seconds(int board, int partition, int student) {
    return seconds[partition][student][board];
  }

  /** Memory of the board, bytes. */
  public long memory(int board) {
    return memory[board];
  }

  /** Probability in [0, 1) that no portion of the board arrives in time. */
  public double fails(int board) {
    return fails[board];
  }

  /**
   * Validation accuracy with the student in every partition, by the bits of the present portions:
   * {@code [2^K]}, in [0, 1].
   */
  public double[] accuracy(int partition, int student) {
    return accuracy[partition][student];
  }

  /** The partition's student that takes the least memory, the first among equals. */
  public int smallest(int partition) {
    int smallest = 0;
    for (int s = 1; s < students[partition].length; s++) {
      if (bytes(partition, s) < bytes(partition, smallest)) {
        smallest = s;
      }
    }
    return smallest;
  }
}
