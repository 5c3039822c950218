package io.coterie.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class SerialQueueTest {
  private final List<Integer> done = new ArrayList<>();

  @Test
  void runsATaskOnTheCallersThread() {
    SerialQueue queue = new SerialQueue(4);
    assertTrue(queue.run(1, () -> done.add(1)));
    assertEquals(List.of(1), done);
  }

  @Test
  void runsWhatATaskAddsAfterThatTask() {
    SerialQueue queue = new SerialQueue(4);
    queue.run(
        1,
        () -> {
          queue.run(1, () -> done.add(2));
          done.add(1);
        });
    assertEquals(List.of(1, 2), done);
  }

  @Test
  void refusesTasksBeyondItsBytesAndAfterItsEnd() {
    SerialQueue queue = new SerialQueue(10);
    queue.run(
        100,
        () -> {
          assertTrue(queue.run(4, () -> done.add(1)));
          assertFalse(queue.run(7, () -> done.add(2)));
          assertTrue(queue.run(6, () -> done.add(3)));
        });
    assertTrue(queue.run(1, () -> done.add(4)), "nothing waits any more");
    queue.close();
    assertFalse(queue.run(1, () -> done.add(5)));
    assertEquals(List.of(1, 3, 4), done);
  }

  @Test
  void runsOneTaskAtATimeAndTheTasksOfEachThreadInOrder() throws Exception {
    SerialQueue queue = new SerialQueue(100_000);
    int threads = 4;
    int each = 5_000;
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> workers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int base = t * each;
      Thread worker =
          new Thread(
              () -> {
                try {
                  start.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                for (int i = 0; i < each; i++) {
                  int number = base + i;
                  // Not thread-safe: only right if tasks never overlap.
                  queue.run(1, () -> done.add(number));
                }
              });
      worker.start();
      workers.add(worker);
    }
    start.countDown();
    for (Thread worker : workers) {
      worker.join();
    }
    assertEquals(threads * each, done.size());
    for (int t = 0; t < threads; t++) {
      int thread = t;
      List<Integer> mine = done.stream().filter(n -> n / each == thread).toList();
      assertEquals(mine.stream().sorted().toList(), mine);
    }
  }
}
