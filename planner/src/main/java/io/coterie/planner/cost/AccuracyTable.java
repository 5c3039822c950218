package io.coterie.planner.cost;

import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.PatternAccuracy;
import java.util.HashMap;
import java.util.Map;

/** A partitioning's validation accuracies by student name and bits of the present portions. */
final class AccuracyTable {
  private final Map<String, double[]> byStudent = new HashMap<>();
  private final double[] ofAny;

  AccuracyTable(Partitioning partitioning) {
    int patterns = 1 << partitioning.k();
    ofAny = new double[patterns];
    for (PatternAccuracy entry : partitioning.last().accuracy()) {
      if (entry.student().isEmpty()) {
        ofAny[bits(entry.present())] = entry.validation();
      }
    }
    for (PatternAccuracy entry : partitioning.last().accuracy()) {
      if (!entry.student().isEmpty()) {
        byStudent.computeIfAbsent(entry.student(), name -> ofAny.clone())[bits(entry.present())] =
            entry.validation();
      }
    }
  }

  private static int bits(String present) {
    int bits = 0;
    for (int p = 0; p < present.length(); p++) {
      bits |= (present.charAt(p) - '0') << p;
    }
    return bits;
  }

  /** {@code [2^K]}, indexed by the bits of the present portions; must not be written to. */
  double[] of(String student) {
    return byStudent.getOrDefault(student, ofAny);
  }
}
