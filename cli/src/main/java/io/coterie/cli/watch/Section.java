package io.coterie.cli.watch;

import java.util.ArrayList;
import java.util.List;

/** A heading and what stands below it. */
record Section(Line heading, List<Line> rows) {
  /** The fewest lines that make sense. */
  static final int LEAST = 2;

  Section {
    rows = List.copyOf(rows);
  }

  /** Number of lines of all of it. */
  int wanted() {
    return Math.max(LEAST, 1 + rows.size());
  }

  /** Its first lines; the last of them says how many more there are. */
  List<Line> lines(int height) {
    List<Line> lines = new ArrayList<>();
    lines.add(heading);
    boolean all = rows.size() <= height - 1;
    int shown = all ? rows.size() : Math.max(0, height - 2);
    lines.addAll(rows.subList(0, shown));
    if (!all) {
      lines.add(new Line().add("  … " + (rows.size() - shown) + " more", Tone.FAINT));
    }
    while (lines.size() < height) {
      lines.add(new Line());
    }
    return lines;
  }

  /**
   * How many lines each gets. First all get the fewest, then each in turn one more while it wants
   * one, so that none starves another.
   */
  static int[] share(List<Section> sections, int height) {
    int[] heights = new int[sections.size()];
    int left = height;
    for (int i = 0; i < heights.length; i++) {
      heights[i] = Math.min(LEAST, left);
      left -= heights[i];
    }
    boolean given = true;
    while (left > 0 && given) {
      given = false;
      for (int i = 0; i < heights.length && left > 0; i++) {
        if (heights[i] < sections.get(i).wanted()) {
          heights[i]++;
          left--;
          given = true;
        }
      }
    }
    return heights;
  }
}
