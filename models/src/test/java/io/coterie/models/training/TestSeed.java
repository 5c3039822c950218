package io.coterie.models.training;

/**
 * The seed of all trainings in tests: 7, or the system property {@code coterie.seed}. What tests
 * assert of a training must hold for each.
 */
final class TestSeed {
  static final long VALUE = Long.getLong("coterie.seed", 7);

  private TestSeed() {}
}
