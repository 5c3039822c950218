package io.coterie.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.coterie.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class TargetFiguresTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final double NEVER = Double.POSITIVE_INFINITY;

  private final List<FrameTrace> frames = new ArrayList<>();

  /** Ten frames within a second, each with its latency in milliseconds. */
  private void second(int second, boolean correct, double... latenciesMs) {
    for (int i = 0; i < 10; i++) {
      double ms = latenciesMs[i % latenciesMs.length];
      long ns = second * SECOND_NS + i * SECOND_NS / 10;
      frames.add(new FrameTrace(ns, ms, correct && ms < NEVER));
    }
  }

  @Test
  void comparesFiveSecondsBeforeWithWhatComesFiveSecondsAfter() {
    for (int s = 0; s < 20; s++) {
      double ms = s < 5 ? 99 : s < 10 ? 10 : s < 15 ? 80 : 20;
      second(s, s < 10 || s % 2 == 0, ms);
    }
    TargetFigures figures = TargetFigures.of(frames, 30, OptionalLong.of(10 * SECOND_NS));
    assertEquals(30, figures.latencyTargetMs());
    assertEquals(99, figures.p95Ms());
    assertEquals(10, figures.p95BeforeMs());
    assertEquals(20, figures.p95AfterMs());
    assertEquals(1, figures.accuracyBefore());
    assertEquals(0.4, figures.accuracyAfter());
    assertEquals(1, figures.withinBefore());
    assertEquals(1, figures.withinAfter());
    // The window that ends 5.9 s after the slowdown is the first without a late frame.
    assertEquals(5.9, figures.recoveredAfterSeconds(), 1e-9);
  }

  @Test
  void countsFramesWithoutAnAnswerAsLateButNotAsWrong() {
    for (int s = 0; s < 20; s++) {
      second(s, true, 10, 10, 10, 10, s < 15 ? 10 : NEVER);
    }
    TargetFigures figures = TargetFigures.of(frames, 30, OptionalLong.of(10 * SECOND_NS));
    assertNull(figures.p95AfterMs());
    assertNull(figures.recoveredAfterSeconds());
    assertEquals(0.8, figures.withinAfter());
    assertEquals(1, figures.accuracyAfter());
  }

  @Test
  void leavesOutWhatNeedsASlowdown() {
    second(0, true, 10, 20);
    String json = Json.write(TargetFigures.of(frames, 30, OptionalLong.empty()));
    assertEquals("{\"latencyTargetMs\":30.0,\"p95Ms\":20.0}", json);
  }

  @Test
  void saysNothingOfFramesThatWereNotSent() {
    second(0, true, 10);
    TargetFigures figures = TargetFigures.of(frames, 30, OptionalLong.of(SECOND_NS));
    assertEquals(10, figures.p95BeforeMs());
    assertNull(figures.p95AfterMs());
    assertNull(figures.accuracyAfter());
    assertNull(figures.recoveredAfterSeconds());
    assertFalse(Json.write(figures).contains("After"));
  }
}
