package io.coterie.agent.student;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.simulation.SimulatedMachine;
import io.coterie.protocol.simulation.VirtualLoop;
import io.coterie.protocol.simulation.VirtualTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class FrameStopsTest {
  private static final long LONG_NS = TimeUnit.MINUTES.toNanos(1);

  private final VirtualTime time = new VirtualTime(1);
  private final FrameStops stops = new FrameStops();
  private final VirtualLoop loop = loop();
  private int released;

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
    FrameStops.Id other = new FrameStops.Id("other", new FrameKey("cam", "f"));
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
    await(1, LONG_NS);
    await(2, LONG_NS);
    stop("f");
    await(3, LONG_NS);
    assertEquals(3, released);
  }

  @Test
  void doesNotWaitAgainAndAgainInVain() {
    stops.arrived(id("f"));
    await(1, 0);
    time.run(1, () -> {});
    for (int i = 0; i < FrameStops.UNWAITED; i++) {
      await(1, LONG_NS);
    }
    assertEquals(1 + FrameStops.UNWAITED, released);
    await(1, LONG_NS);
    assertEquals(1 + FrameStops.UNWAITED, released, "then it waits again");
  }

  @Test
  void waitsNoLongerThanAllowed() {
    stops.arrived(id("f"));
    await(1, 1_000);
    time.run(999, () -> {});
    assertEquals(0, released);
    time.run(1, () -> {});
    assertEquals(1, released);
  }

  @Test
  void goesOnOnceWhenTheVerdictComes() {
    stops.arrived(id("f"));
    proceed("f", 1);
    await(2, LONG_NS);
    proceed("f", 1);
    assertEquals(0, released);
    proceed("f", 2);
    proceed("f", 3);
    time.run(2 * LONG_NS, () -> {});
    assertEquals(1, released);
  }

  @Test
  void goesOnWhenTheFrameIsStopped() {
    stops.arrived(id("f"));
    await(1, LONG_NS);
    stop("f");
    assertEquals(1, released);
  }

  @Test
  void goesOnAndStopsEverythingWhenItIsClosed() {
    stops.arrived(id("f"));
    await(1, LONG_NS);
    stops.close();
    assertEquals(1, released);
    assertTrue(stops.isStopped(id("f")));
  }

  private void await(int exit, long timeoutNs) {
    stops.await(id("f"), exit, timeoutNs, loop, () -> released++);
  }

  private VirtualLoop loop() {
    SimulatedMachine machine = new SimulatedMachine(time, "board");
    machine.start();
    return new VirtualLoop(machine);
  }

  private void stop(String frame) {
    stops.onControl(id(frame), new Control(Control.Command.STOP, "cam", frame, 1));
  }

  private void proceed(String frame, int exit) {
    stops.onControl(id(frame), new Control(Control.Command.PROCEED, "cam", frame, exit));
  }

  private static FrameStops.Id id(String frame) {
    return new FrameStops.Id("d", new FrameKey("cam", frame));
  }
}
