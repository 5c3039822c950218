package io.coterie.agent.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ParentLinesTest {
  private final List<Double> throttles = new ArrayList<>();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ParentLines lines =
      new ParentLines(this::throttle, new PrintStream(err, true, StandardCharsets.UTF_8));

  private void throttle(double factor) {
    if (!(factor >= 1)) {
      throw new IllegalArgumentException("must be >= 1: throttle=" + factor);
    }
    throttles.add(factor);
  }

  @Test
  void slowsTheBoardDown() {
    lines.accept("throttle 4");
    lines.accept("  throttle   2.5 ");
    assertEquals(List.of(4.0, 2.5), throttles);
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "faster 4, there is 'throttle F'",
    "throttle, there is 'throttle F'",
    "throttle 4 5, there is 'throttle F'",
    "'', there is 'throttle F'",
    "throttle four, four is no number",
    "throttle 0.5, must be >= 1: throttle=0.5",
    "throttle NaN, must be >= 1: throttle=NaN"
  })
  void reportsAndIgnoresEverythingElse(String line, String reason) {
    lines.accept(line);
    lines.accept("throttle 3");
    assertEquals(List.of(3.0), throttles);
    String said = err.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("'" + line + "': " + reason), said);
    assertEquals(1, said.lines().count());
  }
}
