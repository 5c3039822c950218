package io.coterie.planner.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SegmentPlacementTest {
  @Test
  void everyBoardHoldsAllWhereMemoryAllows() {
    Map<String, List<Integer>> held =
        SegmentPlacement.place(
            List.of(ExamplePipelines.board("a", 1, 60), ExamplePipelines.board("b", 2, 60)),
            ExamplePipelines.of(10, 20, 30));
    assertEquals(Map.of("a", List.of(1, 2, 3), "b", List.of(1, 2, 3)), held);
  }

  @Test
  void aSegmentThatFitsOneBoardOnlyGoesThere() {
    Map<String, List<Integer>> held =
        SegmentPlacement.place(
            List.of(ExamplePipelines.board("big", 1, 30), ExamplePipelines.board("small", 9, 20)),
            ExamplePipelines.of(10, 10, 30));
    assertEquals(Map.of("big", List.of(3), "small", List.of(1, 2)), held);
  }

  @Test
  void aBoardWithoutRoomHoldsNothing() {
    Map<String, List<Integer>> held =
        SegmentPlacement.place(
            List.of(ExamplePipelines.board("a", 1, 5)), ExamplePipelines.of(10, 10));
    assertEquals(Map.of("a", List.of()), held);
  }

  /** Memory is never exceeded, and nothing that still fits is left out. */
  @Test
  void usesTheMemoryThereIsAndNoMore() {
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      long[] bytes = random.longs(1 + random.nextInt(5), 1, 50).toArray();
      Pipeline pipeline = ExamplePipelines.of(bytes);
      List<Device> boards = new ArrayList<>();
      for (int i = random.nextInt(6); i >= 0; i--) {
        boards.add(ExamplePipelines.board("b" + i, 1 + random.nextInt(9), random.nextInt(120)));
      }
      Map<String, List<Integer>> held = SegmentPlacement.place(boards, pipeline);
      for (Device board : boards) {
        long used = held.get(board.id()).stream().mapToLong(s -> bytes[s - 1]).sum();
        assertTrue(used <= board.memoryBytes(), "round " + round);
        for (int segment = 1; segment <= bytes.length; segment++) {
          boolean fits = used + bytes[segment - 1] <= board.memoryBytes();
          assertTrue(!fits || held.get(board.id()).contains(segment), "round " + round);
        }
      }
    }
  }
}
