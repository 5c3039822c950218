package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;

final class RehearsalTest {
  @Test
  void decodesItsPictures() {
    assertDoesNotThrow(Rehearsal::run);
  }
}
