package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Models that throw, or never return, in each role: the agent is back at work with the next frame,
 * or leaves all plans until it is.
 */
@Tag("broker")
@Timeout(120)
final class FailingModelsTest {
  private static final TinyBundle BUNDLE = new TinyBundle();
  private static final long DEADLINE_MS = 1_000;

  /** What a board does for a deployment. */
  private enum Work {
    /** Another board fuses. */
    STUDENTS,
    /** Another board runs the students. */
    FUSER,
    SEGMENTS
  }

  @TempDir Path folder;
  private final Map<String, FailingEngine> engines = new ConcurrentHashMap<>();
  private final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
  private LiveFleet fleet;
  private FailingEngine engine;
  private int frames;

  @BeforeEach
  void start() throws Exception {
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
    fleet = new LiveFleet(folder, BUNDLE, ports -> ports.with(this::engine), "bad", "good");
    engine = engines.get("inference-bad");
  }

  private FailingEngine engine(String name) {
    return engines.computeIfAbsent(name, FailingEngine::new);
  }

  @AfterEach
  void close() {
    engines.values().forEach(FailingEngine::recover);
    fleet.close();
    Thread.setDefaultUncaughtExceptionHandler(null);
  }

  @ParameterizedTest
  @EnumSource
  void worksOnAfterAnException(Work work) throws Exception {
    begin(work);
    engine.fail(new IllegalStateException("the model fails"));
    assertTrue(answer().status() != Outcome.OK);
    engine.recover();
    assertEquals(Outcome.OK, answer().status());
  }

  @ParameterizedTest
  @EnumSource
  void anErrorReachesTheHandlerThatEndsTheProcess(Work work) throws Exception {
    begin(work);
    Error error = new OutOfMemoryError("thrown by a test");
    engine.fail(error);
    fleet.frame("f");
    assertEquals(error, LiveFleet.next(uncaught));
    // In a program that goes on, the board does so too.
    engine.recover();
    while (answer().status() != Outcome.OK) {
      assertTrue(frames < 20, "no answer any more");
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesAllPlansWhileAModelDoesNotReturn(Work work) throws Exception {
    begin(work);
    engine.hang();
    fleet.frame("f");
    assertEquals(Availability.DRAINING, LiveFleet.next(fleet.states).state());
    engine.recover();
    assertEquals(Availability.ONLINE, LiveFleet.next(fleet.states).state());
    fleet.results.clear();
    assertEquals(Outcome.OK, answer().status());
  }

  /** The board is at work, and has answered a frame. */
  private void begin(Work work) throws Exception {
    switch (work) {
      case STUDENTS -> {
        fleet.assign("bad", new Assignment(1, 1, BUNDLE.students(DEADLINE_MS), List.of()));
        fleet.assign("good", new Assignment(1, 1, List.of(), List.of(BUNDLE.fuser(DEADLINE_MS))));
      }
      case FUSER -> {
        fleet.assign("good", new Assignment(1, 1, BUNDLE.students(DEADLINE_MS), List.of()));
        fleet.assign("bad", new Assignment(1, 1, List.of(), List.of(BUNDLE.fuser(DEADLINE_MS))));
      }
      case SEGMENTS ->
          fleet.assign(
              "bad",
              new Assignment(
                  1,
                  1,
                  List.of(),
                  List.of(),
                  List.of(BUNDLE.segments("bad", DEADLINE_MS, 1, 2, 3)),
                  List.of()));
    }
    while (answer().status() != Outcome.OK) {
      // The others are not ready yet.
    }
    fleet.states.clear();
  }

  /** Of one more frame; sent again until somebody takes it. */
  private Result answer() throws Exception {
    while (true) {
      fleet.frame("f" + frames++);
      Result result = fleet.results.poll(2 * DEADLINE_MS, TimeUnit.MILLISECONDS);
      if (result != null) {
        return result;
      }
    }
  }
}
