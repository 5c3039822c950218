package io.coterie.agent.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.compute.Processor;
import io.coterie.agent.compute.Throttle;
import io.coterie.inference.ModelException;
import io.coterie.inference.OnnxEngine;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.TrialReport;
import io.coterie.protocol.message.TrialReport.State;
import io.coterie.protocol.message.TrialRole;
import io.coterie.protocol.runtime.ThreadLoop;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a canary makes of candidates that do as they are told. */
final class ShadowTest {
  /** What it makes of this pixel is no number. */
  private static final float BAD = 7;

  private static final long FAST_NS = 1_000;
  private static final long SLOW_NS = TimeUnit.SECONDS.toNanos(2);
  private static final TrialRole ROLE =
      new TrialRole(
          "d",
          "5".repeat(64),
          Strategy.ROCOIN,
          1,
          List.of(new TrialRole.Part(0, "small")),
          "",
          List.of(),
          true,
          true,
          500,
          3);

  private final BlockingQueue<TrialReport> changes = new LinkedBlockingQueue<>();
  private final BlockingQueue<Float> computed = new LinkedBlockingQueue<>();
  private final ThreadLoop loop = new ThreadLoop("test");
  private final OnnxEngine engine = new OnnxEngine("test-trial");
  private final Processor processor = new Processor(loop, engine, new Throttle(1), 1);
  private Shadow shadow;
  private boolean closed;

  /** Takes a picture, tells how long it took. */
  private final class Fake implements TrialModels {
    private final ToLongFunction<Float> takesNs;

    Fake(ToLongFunction<Float> takesNs) {
      this.takesNs = takesNs;
    }

    @Override
    public InputSpec input() {
      return new InputSpec(1, 2, 2, List.of(0.5), List.of(0.5));
    }

    @Override
    public long run(FloatBuffer image) throws ModelException {
      float first = image.get();
      TrialModels.checkNumbers(new float[] {first == BAD ? Float.NaN : first}, "student small");
      long ns = takesNs.applyAsLong(first);
      computed.add(first);
      return ns;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @AfterEach
  void close() {
    if (shadow != null) {
      end();
    }
    loop.close();
  }

  /** Nothing is computed any more. */
  private void end() {
    shadow.close();
    engine.close();
  }

  @Test
  void testsItselfBeforeTheFirstFrame() throws Exception {
    begin(() -> new Fake(any -> FAST_NS), true);
    TrialReport passed = next();
    assertEquals(State.RUNNING, passed.state());
    assertEquals(0, passed.frames());
    assertEquals(0f, computed.take(), "an even picture");
  }

  @Test
  void failsWhereItsFilesCannotBeLoaded() throws Exception {
    begin(
        () -> {
          throw new ModelException("cannot load small.onnx");
        },
        true);
    assertFailed("cannot load small.onnx");
  }

  @Test
  void failsWhereItIsTooSlowEvenAtItsBest() throws Exception {
    begin(() -> new Fake(any -> SLOW_NS), true);
    assertFailed("takes 2000 ms of 500 ms");
    end();
    assertTrue(closed, "what was loaded is given up");
  }

  @Test
  void forgivesAFirstPictureThatIsSlow() throws Exception {
    begin(() -> new Fake(value -> value == 0f ? SLOW_NS : FAST_NS), true);
    assertEquals(State.RUNNING, next().state());
  }

  @Test
  void failsWhereSomethingUnexpectedHappens() throws Exception {
    begin(
        () -> {
          throw new IllegalStateException("native code");
        },
        true);
    assertFailed("native code");
  }

  @Test
  void countsFramesThatAreComputed() throws Exception {
    running(any -> FAST_NS);
    frame(1);
    assertEquals(1f, computed.take());
    end();
    assertEquals(1, shadow.report().frames());
    assertEquals(0, shadow.report().errors());
    assertTrue(closed);
  }

  @Test
  void framesThatComeTooLateAreErrors() throws Exception {
    running(value -> value == 9f ? SLOW_NS : FAST_NS);
    frame(9);
    TrialReport after = next();
    assertEquals(1, after.errors());
    assertEquals("a frame took 2000 ms of 500 ms", after.reason());
  }

  @Test
  void framesThatGiveNoNumbersAreErrors() throws Exception {
    running(any -> FAST_NS);
    frame(BAD);
    assertEquals("student small gives no numbers: value 0 is NaN", next().reason());
  }

  @Test
  void framesThatOnlyTheBundleBeforeCanUseAreErrors() throws Exception {
    running(any -> FAST_NS);
    shadow.frame(Message.to("t").payload(new byte[3]).property("dtype", "float32").build());
    assertTrue(next().reason().startsWith("cannot use a frame that the bundle before can"));
  }

  @Test
  void framesThatNobodyCanUseDoNotCount() throws Exception {
    begin(() -> new Fake(any -> FAST_NS), false);
    next();
    computed.clear();
    shadow.frame(Message.to("t").payload(new byte[3]).property("dtype", "float32").build());
    frame(1);
    // The one that nobody can use was taken before, or replaced by this one.
    assertEquals(1f, computed.take());
    end();
    assertEquals(1, shadow.report().frames());
    assertEquals(0, shadow.report().errors());
  }

  private void running(ToLongFunction<Float> takesNs) throws Exception {
    begin(() -> new Fake(takesNs), true);
    assertEquals(State.RUNNING, next().state());
    computed.clear();
  }

  private void begin(Shadow.Loader loader, boolean readable) {
    shadow = new Shadow(ROLE, loader, frame -> readable, changes::add, processor);
  }

  private void frame(float value) {
    byte[] payload = new byte[16];
    ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(value);
    shadow.frame(Message.to("t").payload(payload).property("dtype", "float32").build());
  }

  private void assertFailed(String reason) throws Exception {
    TrialReport failed = next();
    assertEquals(State.FAILED, failed.state());
    assertEquals(reason, failed.reason());
  }

  private TrialReport next() throws InterruptedException {
    TrialReport next = changes.poll(30, TimeUnit.SECONDS);
    assertNotNull(next, "nothing came");
    return next;
  }
}
