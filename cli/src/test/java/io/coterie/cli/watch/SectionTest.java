package io.coterie.cli.watch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SectionTest {
  private static Section of(int rows) {
    return new Section(new Line().add("HEADING"), Collections.nCopies(rows, new Line().add("row")));
  }

  @Test
  void everySectionGetsItsShare() {
    List<Section> sections = List.of(of(1_000), of(3), of(0), of(200));
    assertArrayEquals(new int[] {7, 4, 2, 7}, Section.share(sections, 20));
    assertArrayEquals(new int[] {2, 2, 2, 2}, Section.share(sections, 8));
    assertArrayEquals(new int[] {2, 2, 1, 0}, Section.share(sections, 5));
  }

  @Test
  void noSectionGetsMoreThanItHas() {
    assertArrayEquals(new int[] {2, 4}, Section.share(List.of(of(1), of(3)), 100));
  }

  @Test
  void saysHowManyAreNotShown() {
    assertEquals(
        List.of("HEADING", "row", "row", "  … 8 more"),
        of(10).lines(4).stream().map(line -> line.draw(80, false).toString()).toList());
    assertEquals(11, of(10).lines(11).size());
  }
}
