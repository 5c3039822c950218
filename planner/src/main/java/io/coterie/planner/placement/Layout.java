package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import java.util.Arrays;

/**
 * Students on boards, under construction; guards the boards' memory and keeps each board's load.
 * Boards, partitions and students are numbers in the cost table. Not thread-safe.
 */
final class Layout {
  private static final int NONE = -1;

  private final CostTable table;
  private final int[] student;
  private final int[] size;
  private final int[] hosted;
  private final double[] busy;
  private final long[] used;

  Layout(CostTable table) {
    this.table = table;
    student = new int[table.k()];
    Arrays.fill(student, NONE);
    size = new int[table.k()];
    hosted = new int[table.boards()];
    busy = new double[table.boards()];
    used = new long[table.boards()];
  }

  private Layout(Layout other) {
    table = other.table;
    student = other.student.clone();
    size = other.size.clone();
    hosted = other.hosted.clone();
    busy = other.busy.clone();
    used = other.used.clone();
  }

  /**
   * A layout from scratch.
   *
   * @param student per partition
   * @param hosted per board the partitions that it hosts, as bits
   */
  static Layout of(CostTable table, int[] student, int[] hosted) {
    Layout layout = new Layout(table);
    for (int board = 0; board < hosted.length; board++) {
      for (int bits = hosted[board]; bits != 0; bits &= bits - 1) {
        int partition = Integer.numberOfTrailingZeros(bits);
        layout.add(board, partition, student[partition]);
      }
    }
    return layout;
  }

  Layout copy() {
    return new Layout(this);
  }

  CostTable table() {
    return table;
  }

  /** The partitions that the board hosts, as bits. */
  int hosted(int board) {
    return hosted[board];
  }

  /** All boards' hosted partitions; must not be written to. */
  int[] hosted() {
    return hosted;
  }

  boolean isIdle(int board) {
    return hosted[board] == 0;
  }

  boolean hosts(int board, int partition) {
    return (hosted[board] >> partition & 1) == 1;
  }

  boolean isHosted(int partition) {
    return size[partition] > 0;
  }

  /** The student of a hosted partition. */
  int student(int partition) {
    return student[partition];
  }

  /** Number of boards that host the partition. */
  int size(int partition) {
    return size[partition];
  }

  /** Number of students that all boards together host. */
  int instances() {
    return Arrays.stream(size).sum();
  }

  boolean isComplete() {
    return Arrays.stream(size).allMatch(members -> members > 0);
  }

  /** Whether some board hosts several students. */
  boolean isStacked() {
    for (int bits : hosted) {
      if (Integer.bitCount(bits) > 1) {
        return true;
      }
    }
    return false;
  }

  /** The boards that host the partition, rising. */
  int[] members(int partition) {
    int[] members = new int[size[partition]];
    int count = 0;
    for (int board = 0; count < members.length; board++) {
      if (hosts(board, partition)) {
        members[count++] = board;
      }
    }
    return members;
  }

  /**
   * Seconds until the board has run all its students and sent their portions: it runs them one
   * after the other, and each portion counts as out with the last one.
   */
  double busySeconds(int board) {
    return busy[board];
  }

  /** Memory that the board's students take, bytes. */
  long usedBytes(int board) {
    return used[board];
  }

  /** Whether the board has the memory for one more student. */
  boolean fits(int board, int partition, int newStudent) {
    return used[board] + table.bytes(partition, newStudent) <= table.memory(board);
  }

  /** Whether the board can join the partition's group; it must be hosted. */
  boolean canJoin(int board, int partition) {
    return !hosts(board, partition) && fits(board, partition, student[partition]);
  }

  /** Makes the board a member of the partition's group; the student counts for a new group only. */
  void add(int board, int partition, int newStudent) {
    if (size[partition]++ == 0) {
      student[partition] = newStudent;
    }
    hosted[board] |= 1 << partition;
    refresh(board);
  }

  void remove(int board, int partition) {
    hosted[board] &= ~(1 << partition);
    if (--size[partition] == 0) {
      student[partition] = NONE;
    }
    refresh(board);
  }

  /** Whether every member has the memory for this student instead of the group's. */
  boolean canSwitch(int partition, int to) {
    long more = table.bytes(partition, to) - table.bytes(partition, student[partition]);
    for (int board = 0; board < hosted.length && more > 0; board++) {
      if (hosts(board, partition) && used[board] + more > table.memory(board)) {
        return false;
      }
    }
    return true;
  }

  /** Gives the whole group another student. */
  void switchTo(int partition, int to) {
    student[partition] = to;
    for (int board = 0; board < hosted.length; board++) {
      if (hosts(board, partition)) {
        refresh(board);
      }
    }
  }

  /** Sums in the order of partitions, so that the same layout always has the same figures. */
  private void refresh(int board) {
    busy[board] = 0;
    used[board] = 0;
    for (int p = 0; p < student.length; p++) {
      if (hosts(board, p)) {
        busy[board] += table.seconds(board, p, student[p]);
        used[board] += table.bytes(p, student[p]);
      }
    }
  }

  boolean isSameAs(Layout other) {
    return table.partitioning().equals(other.table.partitioning())
        && Arrays.equals(hosted, other.hosted)
        && Arrays.equals(modelIndex(), other.modelIndex());
  }

  private String[] modelIndex() {
    String[] models = new String[student.length];
    for (int p = 0; p < models.length; p++) {
      models[p] = isHosted(p) ? table.student(p, student[p]).digest() : "";
    }
    return models;
  }
}
