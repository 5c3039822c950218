package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;

final class DecoderWarmUpTest {
  @Test
  void decodesItsPictures() {
    assertDoesNotThrow(DecoderWarmUp::run);
  }
}
