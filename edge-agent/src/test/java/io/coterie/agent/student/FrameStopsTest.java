package io.coterie.agent.student;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Report;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class FrameStopsTest {
  private static final long LONG_NS = TimeUnit.MINUTES.toNanos(1);

  private final FrameStops stops = new FrameStops();

  @Test
  void aStopBeforeTheEndIsInTime() {
    stops.arrived(id("f"));
    assertFalse(stops.isStopped(id("f")));
    stop("f");
    assertTrue(stops.isStopped(id("f")));
    stops.finished(id("f"), true);
    assertEquals(new Report.Stops(1, 0, 0), stops.counts());
  }

  @Test
  void aStopDuringTheLastStageIsLate() {
    stops.arrived(id("f"));
    stop("f");
    stops.finished(id("f"), false);
    assertEquals(new Report.Stops(0, 1, 0), stops.counts());
  }

  @Test
  void aStopAfterTheEndIsLate() {
    stops.arrived(id("f"));
    stops.finished(id("f"), false);
    stop("f");
    assertEquals(new Report.Stops(0, 1, 0), stops.counts());
  }

  @Test
  void aStopForAFrameThatNeverCameIsUnknownAndStopsNothing() {
    stop("f");
    assertEquals(new Report.Stops(0, 0, 1), stops.counts());
    stops.arrived(id("f"));
    assertFalse(stops.isStopped(id("f")));
  }

  @Test
  void toleratesDuplicateDelivery() {
    stops.arrived(id("f"));
    stop("f");
    stop("f");
    stops.finished(id("f"), true);
    stop("f");
    stops.finished(id("f"), true);
    assertEquals(new Report.Stops(1, 0, 0), stops.counts());
  }

  @Test
  void aFrameThatComesAgainBeginsAnew() {
    stops.arrived(id("f"));
    stop("f");
    stops.finished(id("f"), true);
    stops.arrived(id("f"));
    assertFalse(stops.isStopped(id("f")));
  }

  @Test
  void stopsTheFrameOfItsDeploymentOnly() {
    FrameStops.FrameId other = new FrameStops.FrameId("other", new FrameKey("cam", "f"));
    stops.arrived(id("f"));
    stops.arrived(other);
    stop("f");
    assertFalse(stops.isStopped(other));
  }

  @Test
  void remembersSoManyFramesAndNoMore() {
    for (int i = 0; i <= FrameStops.CAPACITY; i++) {
      stops.arrived(id("f" + i));
    }
    stop("f0");
    stop("f1");
    assertTrue(stops.isStopped(id("f1")));
    assertEquals(1, stops.counts().unknown());
  }

  @Test
  void countsNoProceed() {
    stops.onControl(id("f"), new Control(Control.Command.PROCEED, "cam", "f", 1));
    assertEquals(Report.Stops.NONE, stops.counts());
  }

  @Test
  void doesNotWaitForADecisionThatCameAlready() {
    stops.arrived(id("f"));
    proceed("f", 2);
    returns(() -> stops.await(id("f"), 1, LONG_NS));
    returns(() -> stops.await(id("f"), 2, LONG_NS));
    stop("f");
    returns(() -> stops.await(id("f"), 3, LONG_NS));
  }

  @Test
  void doesNotWaitAgainAndAgainInVain() {
    stops.arrived(id("f"));
    returns(() -> stops.await(id("f"), 1, 0));
    returns(
        () -> {
          for (int i = 0; i < FrameStops.UNWAITED; i++) {
            stops.await(id("f"), 1, LONG_NS);
          }
        });
  }

  @Test
  void waitsNoLongerThanAllowed() {
    stops.arrived(id("f"));
    returns(() -> stops.await(id("f"), 1, 0));
    returns(() -> stops.await(id("f"), 1, 1_000));
  }

  @Test
  @Timeout(30)
  void wakesWhenTheDecisionComes() throws Exception {
    stops.arrived(id("f"));
    proceed("f", 1);
    Thread waiting = waitingFor(2);
    proceed("f", 2);
    waiting.join();
  }

  @Test
  @Timeout(30)
  void wakesWhenItIsClosed() throws Exception {
    stops.arrived(id("f"));
    Thread waiting = waitingFor(1);
    stops.close();
    waiting.join();
  }

  private Thread waitingFor(int exit) {
    Thread thread =
        new Thread(
            () -> {
              try {
                stops.await(id("f"), exit, LONG_NS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    return thread;
  }

  private static void returns(org.junit.jupiter.api.function.Executable waiting) {
    assertTimeoutPreemptively(Duration.ofSeconds(20), waiting);
  }

  private void stop(String frame) {
    stops.onControl(id(frame), new Control(Control.Command.STOP, "cam", frame, 1));
  }

  private void proceed(String frame, int exit) {
    stops.onControl(id(frame), new Control(Control.Command.PROCEED, "cam", frame, exit));
  }

  private static FrameStops.FrameId id(String frame) {
    return new FrameStops.FrameId("d", new FrameKey("cam", frame));
  }
}
