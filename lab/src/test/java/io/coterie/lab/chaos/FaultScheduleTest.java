package io.coterie.lab.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FaultScheduleTest {
  private static final List<Fault> ALL = Fault.catalogue();

  @Test
  void theSeedDecides() {
    assertEquals(faults(3, 100), faults(3, 100));
    assertTrue(!faults(3, 100).equals(faults(4, 100)));
  }

  @Test
  void everyKindComesOnceBeforeAnyComesAgain() {
    List<String> names = faults(1, 2 * ALL.size()).stream().map(Fault::name).toList();
    Set<String> first = new HashSet<>(names.subList(0, ALL.size()));
    assertEquals(ALL.size(), first.size());
    assertEquals(first, new HashSet<>(names.subList(ALL.size(), names.size())));
  }

  @Test
  void timesStayWithinTheirBounds() {
    for (Fault fault : faults(5, 500)) {
      assertTrue(fault.seconds() >= fault.action().seconds(0), fault.toString());
      assertTrue(fault.seconds() <= fault.action().seconds(1), fault.toString());
    }
  }

  @Test
  void withoutFaultsThereIsNoSchedule() {
    assertThrows(IllegalArgumentException.class, () -> new FaultSchedule(1, List.of()));
  }

  private static List<Fault> faults(long seed, int count) {
    FaultSchedule schedule = new FaultSchedule(seed, ALL);
    return IntStream.range(0, count).mapToObj(i -> schedule.next()).toList();
  }
}
