package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.message.StudentRole;
import io.coterie.protocol.runtime.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** New plans, and other deadlines: a board reads and loads what is new to it, and nothing else. */
@Tag("broker")
@Timeout(120)
final class ReplanTest {
  private static final TinyBundle BUNDLE = new TinyBundle();

  /** Counts what is read of models. */
  private record CountingStore(Store store, AtomicInteger reads) implements Store {
    @Override
    public Optional<byte[]> get(String digest) {
      reads.incrementAndGet();
      return store.get(digest);
    }

    @Override
    public void put(byte[] content) throws IOException {
      store.put(content);
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
      return store.read(name);
    }

    @Override
    public void write(String name, byte[] bytes) throws IOException {
      store.write(name, bytes);
    }

    @Override
    public String putAside(String name) throws IOException {
      return store.putAside(name);
    }

    @Override
    public String place() {
      return store.place();
    }
  }

  @TempDir Path folder;
  private final Map<String, FailingEngine> engines = new ConcurrentHashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private LiveFleet fleet;
  private int frames;

  @BeforeEach
  void start() throws Exception {
    fleet =
        new LiveFleet(
            folder,
            BUNDLE,
            ports ->
                ports
                    .with(name -> engines.computeIfAbsent(name, FailingEngine::new))
                    .with(new CountingStore(ports.store(), reads)),
            "board");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void aNewPlanAndAnotherDeadlineTouchNeitherDiskNorSessions() throws Exception {
    fleet.assign(
        "board", new Assignment(1, 1, BUNDLE.students(5_000), List.of(BUNDLE.fuser(5_000))));
    answerUnder(1);
    int loads = engines.get("inference-board").loads();
    reads.set(0);
    fleet.assign(
        "board", new Assignment(1, 2, BUNDLE.students(5_000), List.of(BUNDLE.fuser(5_000))));
    answerUnder(2);
    fleet.assign(
        "board", new Assignment(1, 3, BUNDLE.students(9_000), List.of(BUNDLE.fuser(9_000))));
    answerUnder(3);
    assertEquals(loads, engines.get("inference-board").loads());
    assertEquals(0, reads.get());
  }

  @Test
  void aSegmentMoreLoadsThatSegment() throws Exception {
    fleet.assign("board", segments(1, 1, 2, 3));
    answerUnder(1);
    int loads = engines.get("inference-board").loads();
    reads.set(0);
    fleet.assign("board", segments(2, 1, 2));
    fleet.assign("board", segments(3, 1, 2, 3));
    answerUnder(3);
    assertEquals(loads + 1, engines.get("inference-board").loads());
    assertTrue(reads.get() <= 3, "reads " + reads);
  }

  @Test
  void whatWorkedGoesOnWhereAnotherBundleCannotBeLoaded() throws Exception {
    fleet.assign(
        "board", new Assignment(1, 1, BUNDLE.students(5_000), List.of(BUNDLE.fuser(5_000))));
    answerUnder(1);
    TinyBundle damaged = new TinyBundle("damaged", TinyBundle.Flaw.NO_GRAPH);
    fleet.provide(damaged);
    StudentRole bad = damaged.student(0, 5_000);
    fleet.assign("board", new Assignment(1, 2, List.of(bad), List.of(BUNDLE.fuser(5_000))));
    answerUnder(2);
  }

  private static Assignment segments(long epoch, Integer... held) {
    PipelineRole role = BUNDLE.segments("board", 5_000, held);
    return new Assignment(1, epoch, List.of(), List.of(), List.of(role), List.of());
  }

  /** Frames are sent until one is answered {@code ok} under this epoch. */
  private void answerUnder(long epoch) throws Exception {
    Result result = null;
    while (result == null || result.epoch() < epoch || result.status() != Outcome.OK) {
      fleet.frame("f" + frames++);
      result = fleet.results.poll(1, TimeUnit.SECONDS);
    }
  }
}
