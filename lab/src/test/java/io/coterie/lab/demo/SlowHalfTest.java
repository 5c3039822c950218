package io.coterie.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SlowHalfTest {
  private static final List<String> BOARDS = List.of("a", "b", "c", "d", "e", "f");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void slowsAWholeGroupAndHalfOfTheBoards(long seed) {
    List<List<String>> groups = List.of(List.of("a", "b"), List.of("c", "d"), List.of("e", "f"));
    Set<String> slow = SlowHalf.choose(BOARDS, groups, new SplittableRandom(seed));
    assertEquals(3, slow.size());
    assertTrue(groups.stream().anyMatch(slow::containsAll), slow.toString());
    assertEquals(slow, SlowHalf.choose(BOARDS, groups, new SplittableRandom(seed)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void passesOverAGroupThatLostABoard(long seed) {
    List<List<String>> groups = List.of(List.of("a"), List.of("c", "d"));
    Set<String> slow =
        SlowHalf.choose(List.of("a", "b", "c", "d"), groups, new SplittableRandom(seed));
    assertEquals(Set.of("c", "d"), slow);
  }

  @Test
  void drawsOneByOneWhereNoGroupFits() {
    assertEquals(3, SlowHalf.choose(BOARDS, List.of(BOARDS), new SplittableRandom(1)).size());
    assertEquals(3, SlowHalf.choose(BOARDS, List.of(), new SplittableRandom(1)).size());
  }

  @Test
  void roundsDownButSlowsAtLeastOne() {
    assertEquals(
        1, SlowHalf.choose(List.of("a"), List.of(List.of("a")), new SplittableRandom(1)).size());
    assertEquals(
        1, SlowHalf.choose(List.of("a", "b", "c"), List.of(), new SplittableRandom(1)).size());
  }

  @Test
  void drawsDifferentGroups() {
    List<List<String>> groups = List.of(List.of("a", "b", "c"), List.of("d", "e", "f"));
    List<Set<String>> drawn = new ArrayList<>();
    for (int seed = 0; seed < 20; seed++) {
      drawn.add(SlowHalf.choose(BOARDS, groups, new SplittableRandom(seed)));
    }
    assertEquals(2, drawn.stream().distinct().count());
  }
}
