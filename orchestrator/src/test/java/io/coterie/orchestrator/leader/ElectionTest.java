package io.coterie.orchestrator.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Orchestrators that crash, freeze, lose their connection and start anew, in virtual time. */
final class ElectionTest {
  static List<Long> seeds() {
    return new Random(19).longs(400).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void termsAreUniqueAndRiseAndOneLeadsInTheEnd(long seed) {
    Random random = new Random(seed);
    Election election = new Election(random, 2 + random.nextInt(3));
    for (int step = 0; step < 60; step++) {
      election.disturb();
      election.run(random.nextInt(1_500));
    }
    election.settle();
    List<String> leaders = election.leaders();
    assertEquals(1, leaders.size(), () -> "seed " + seed + " leaders " + leaders);
    assertTrue(election.followTheLeader(), () -> "seed " + seed);
    assertEquals(List.of(), election.violations(), () -> "seed " + seed);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void oneOfThoseThatStartTogetherLeads(long seed) {
    Random random = new Random(seed);
    Election election = new Election(random, 4);
    election.settle();
    assertEquals(1, election.leaders().size(), () -> "seed " + seed);
    assertEquals(List.of(), election.violations(), () -> "seed " + seed);
  }
}
