package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;

/**
 * Measured accuracy with some portions missing.
 *
 * @param student name of the student that every partition ran; empty where the entry holds for all
 * @param present one digit per partition, {@code 1} where its portion is there, such as {@code
 *     1101}
 * @param validation accuracy in [0, 1] on held-out training data; what the planner uses
 * @param test accuracy in [0, 1] on the test data; reported, never used for a choice
 */
public record PatternAccuracy(String student, String present, double validation, double test) {
  public PatternAccuracy {
    student = student == null ? "" : student;
    if (present == null || !present.matches("[01]{1,16}")) {
      throw new IllegalArgumentException("must be 1 to 16 digits 0 or 1: present=" + present);
    }
    Check.fraction(validation, "accuracy.validation of " + present);
    Check.fraction(test, "accuracy.test of " + present);
  }

  /** An entry that holds for all students. */
  public PatternAccuracy(String present, double validation, double test) {
    this("", present, validation, test);
  }
}
