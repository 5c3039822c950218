package io.coterie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class DurationArgumentTest {
  @ParameterizedTest
  @CsvSource({"500ms, 500", "2s, 2000", "1m, 60000", "0ms, 0"})
  void readsTimesWithAUnit(String text, long ms) {
    assertEquals(ms, DurationArgument.parse(text).ms());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "ms", "-1s", "1.5s", "1h", "99999999999s"})
  void refusesTimesWithoutAUnit(String text) {
    assertThrows(TypeConversionException.class, () -> DurationArgument.parse(text));
  }
}
