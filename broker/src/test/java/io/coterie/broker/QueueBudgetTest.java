package io.coterie.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.broker.QueueBudget.Queue;
import io.coterie.broker.QueueBudget.Verdict;
import org.junit.jupiter.api.Test;

final class QueueBudgetTest {
  private static final long TOTAL = 1_000_000;
  private static final long STALL_NS = 100;
  private static final long NEVER_MS = Long.MAX_VALUE;

  private final QueueBudget budget = new QueueBudget(new QueueLimits(TOTAL, STALL_NS));
  private int messages;

  private static Queue queue(String id) {
    return new Queue(id, false, 0);
  }

  private Verdict offer(String id, long bytes, long nowNs) {
    return budget.offer(queue(id), "m" + messages++, bytes, NEVER_MS, nowNs);
  }

  private long fill(String id, long bytes) {
    long taken = 0;
    while (offer(id, bytes, 0) == Verdict.TAKEN) {
      taken += bytes;
    }
    return taken;
  }

  @Test
  void givesOneQueueAFifthOfTheWhole() {
    assertEquals(TOTAL / 5 / 1_000, fill("slow", 1_000) / 1_000);
  }

  @Test
  void keepsRoomForThoseWhoReadBesideThoseWhoDoNot() {
    for (int i = 0; i < 10; i++) {
      fill("slow" + i, 1_000);
    }
    long free = TOTAL - budget.totalBytes();
    assertTrue(free > TOTAL / 10, "0.8 to the tenth power: " + free);
    assertEquals(Verdict.TAKEN, offer("reads", free, 0), "an empty queue takes what there is");
    assertEquals(Verdict.FULL, offer("other", 1, 0));
    assertEquals(TOTAL, budget.totalBytes());
  }

  @Test
  void losesPatienceSoonerWhereLessIsFree() {
    fill("one", 1_000);
    assertEquals(Verdict.FULL, offer("one", 1_000, STALL_NS / 2));
    for (int i = 0; i < 10; i++) {
      fill("slow" + i, 1_000);
    }
    assertEquals(Verdict.STALLED, offer("one", 1_000, STALL_NS / 2));
  }

  @Test
  void givesRoomBackWhenMessagesLeave() {
    Queue queue = queue("c");
    assertEquals(Verdict.TAKEN, budget.offer(queue, "big", TOTAL, NEVER_MS, 0));
    assertEquals(Verdict.FULL, offer("other", 1, 0));
    budget.removed(queue, "unknown");
    assertEquals(TOTAL, budget.totalBytes());
    budget.removed(queue, "big");
    budget.removed(queue, "big");
    assertEquals(0, budget.totalBytes());
    assertEquals(Verdict.TAKEN, offer("other", 1, 0));
  }

  @Test
  void countsAMessageOnceThatComesTwice() {
    budget.offer(queue("c"), "m", 10, NEVER_MS, 0);
    budget.offer(queue("c"), "m", 10, NEVER_MS, 0);
    assertEquals(10, budget.totalBytes());
  }

  @Test
  void findsOutWhichMessagesExpired() {
    Queue queue = queue("c");
    budget.offer(queue, "expires", 10, 5, 0);
    budget.offer(queue, "stays", 20, NEVER_MS, 0);
    budget.sized(queue, 2, 9);
    assertEquals(30, budget.totalBytes(), "none has gone");
    budget.sized(queue, 1, 9);
    assertEquals(20, budget.totalBytes());
    budget.sized(1, any -> 0, 9);
    assertEquals(20, budget.totalBytes(), "another bucket's");
    budget.sized(0, any -> 0, 9);
    assertEquals(0, budget.totalBytes());
  }

  @Test
  void looksForWhatExpiredWhereThereIsNoRoomAndNotAllTheTime() {
    assertFalse(budget.needsCleaning(queue("c"), 1, 0), "is empty");
    fill("c", 1_000);
    assertTrue(budget.needsCleaning(queue("c"), 1_000, 0));
    assertFalse(budget.needsCleaning(queue("c"), 1_000, 1));
    assertTrue(budget.needsCleaning(queue("c"), 1_000, 1_000_000_000));
  }

  @Test
  void tellsAClientThatTakesNothingFromOneThatIsSlow() {
    fill("c", 1_000);
    assertEquals(Verdict.FULL, offer("c", 1_000, STALL_NS / 2));
    budget.moved(queue("c"), STALL_NS / 2);
    assertEquals(Verdict.FULL, offer("c", 1_000, STALL_NS), "it took something");
    assertEquals(Verdict.STALLED, offer("c", 1_000, 2 * STALL_NS));
    assertEquals(Verdict.FULL, offer("c", 1_000, 2 * STALL_NS), "said once");
    assertEquals(5, budget.refused());
  }
}
