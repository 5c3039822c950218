package io.coterie.planner.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.PipelineRule;
import io.coterie.protocol.message.PipelineRule.Topology;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class WiringTest {
  private static final List<String> STRONGEST_FIRST = List.of("c", "b", "a", "d");

  @Test
  void theStrongestTakesFramesInAndTheNextStandsBy() {
    Wiring wiring = wire(all("a", "b", "c"), PipelineRule.standard(), "", "");
    assertEquals("c", wiring.source());
    assertEquals("b", wiring.standby());
    assertEquals(List.of("b", "c"), wiring.neighbours().get("a"));
    assertEquals(List.of(), wiring.deadEnds());
    assertEquals(List.of(), wiring.remarks());
  }

  @Test
  void theSourceStaysAndTheStandbyFollowsIt() {
    assertEquals("a", wire(all("a", "b", "c"), PipelineRule.standard(), "a", "b").source());
    Wiring after = wire(all("b", "c"), PipelineRule.standard(), "a", "b");
    assertEquals("b", after.source());
    assertEquals("c", after.standby());
  }

  @Test
  void aSpecSourceComesFirstButMovesNobody() {
    PipelineRule spec = new PipelineRule(null, null, null, "a", null, null);
    assertEquals("a", wire(all("a", "b", "c"), spec, "", "").source());
    assertEquals("b", wire(all("a", "b", "c"), spec, "b", "").source());
    Wiring without = wire(all("b", "c"), spec, "", "");
    assertEquals("c", without.source());
    assertEquals(
        List.of("source a is not there or has no room for segment 1: c takes frames in"),
        without.remarks());
  }

  @Test
  void aRingGoesByName() {
    PipelineRule ring = new PipelineRule(null, Topology.RING, null, null, null, null);
    Wiring four = wire(all("a", "b", "c", "d"), ring, "", "");
    assertEquals(List.of("b", "d"), four.neighbours().get("a"));
    assertEquals(List.of("b", "d"), four.neighbours().get("c"));
    assertEquals("b", four.standby());
    assertEquals(List.of("b"), wire(all("a", "b"), ring, "", "").neighbours().get("a"));
    assertEquals(List.of(), wire(all("a"), ring, "", "").neighbours().get("a"));
  }

  @Test
  void nobodyWithTheFirstSegmentMeansNoSource() {
    Wiring wiring = wire(Map.of("a", List.of(2, 3)), PipelineRule.standard(), "a", "");
    assertEquals("", wiring.source());
    assertEquals("", wiring.standby());
  }

  @Test
  void aHoleInTheListsIsNamed() {
    PipelineRule list = list(Map.of("a", List.of("b", "x"), "b", List.of()));
    Wiring wiring = wire(all("a", "b"), list, "", "");
    assertEquals(List.of("b"), wiring.neighbours().get("a"));
    assertEquals(
        List.of("neighbour list of a names x, which has no list: give it one, may it be empty"),
        wiring.remarks());
  }

  @Test
  void aListOfABoardThatIsNotThereIsNamed() {
    PipelineRule list = list(Map.of("a", List.of("b"), "b", List.of("a")));
    assertEquals(
        List.of("neighbour list of b: there is no such board now"),
        wire(all("a"), list, "", "").remarks());
  }

  @Test
  void aDeadEndIsNamed() {
    Map<String, List<Integer>> held = new TreeMap<>();
    held.put("a", List.of(1));
    held.put("b", List.of(2));
    held.put("c", List.of(3));
    PipelineRule ring = new PipelineRule(null, Topology.RING, null, null, null, null);
    assertTrue(wire(held, ring, "", "").deadEnds().isEmpty());
    PipelineRule list = list(Map.of("a", List.of("b"), "b", List.of("a"), "c", List.of("b")));
    assertEquals(
        List.of("b computes segment 2, but neither it nor a neighbour of it holds segment 3"),
        wire(held, list, "", "").deadEnds());
  }

  private static PipelineRule list(Map<String, List<String>> neighbours) {
    return new PipelineRule(null, Topology.LIST, neighbours, null, null, null);
  }

  private static Map<String, List<Integer>> all(String... boards) {
    Map<String, List<Integer>> held = new TreeMap<>();
    List.of(boards).forEach(board -> held.put(board, List.of(1, 2, 3)));
    return held;
  }

  private static Wiring wire(
      Map<String, List<Integer>> held, PipelineRule rule, String source, String standby) {
    return Wiring.of(held, 3, rule, STRONGEST_FIRST, source, standby);
  }
}
