package io.coterie.cli.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

final class PageTest {
  private static List<String> text(View view, int width, int height) {
    return Page.draw(view, "mqtt://hub", width, height, true).stream()
        .map(AttributedString::toString)
        .map(String::stripTrailing)
        .toList();
  }

  private static String all(View view) {
    return String.join("\n", text(view, 80, 24));
  }

  @Test
  void drawsAFleetOnASmallTerminal() {
    Messages messages =
        Messages.fleet()
            .after(5)
            .state("a", "offline", false)
            .plans("porch", 7, "'b'", "'c'", ",'reasons':['one group has one board only']")
            .rejects("porch", "no picture");
    assertEquals(
        List.of(
            " coterie  mqtt://hub  led by hub",
            "BOARDS 3 online, 1 away, release 1",
            "  a                lost",
            "  b                online   porch 0 stands by",
            "  c                online   porch 1",
            "  hub (hub)        online   porch fuses",
            "DEPLOYMENTS",
            "  porch  rocoin K=2  epoch 7 complete, because a board was lost",
            "    0.4/s  ok 1  degraded 0  expired 0  rejected 1  p50 9.5 ms  p99 9.5 ms",
            "    fuser hub, standby b [0: b] [1: c]",
            "    note: one group has one board only",
            "EVENTS",
            "  12:00:05  porch: epoch 7, because a board was lost",
            "  12:00:05  a lost",
            "  12:00:00  porch: epoch 6, because it was deployed",
            "RESULTS",
            "  12:00:05  porch/cam          rejected no picture",
            "  12:00:00  porch/cam          ok       cat           93.4 %   2/2     9.5 ms",
            "",
            "",
            "",
            "",
            "",
            " q quit"),
        text(messages.view, 80, 24));
  }

  @Test
  void showsQueuesAndTimesOfBoards() {
    String row = text(Messages.fleet().view, 80, 24).get(2);
    assertEquals("  a                online   porch 0" + " ".repeat(31) + "q 2 12.35 ms", row);
  }

  @Test
  void showsTheReleasesWhereTheyDiffer() {
    Messages messages = Messages.fleet();
    messages.hear(
        "agents/a/capability",
        "{'incarnation':1,'software':'0.9','hardware':'pi','arch':'aarch64','cores':4,"
            + "'memoryBytes':1000000,'flopsPerSecond':1e9,'uplinkBitsPerSecond':1e6,"
            + "'failureProbability':0.1,'hub':false,'term':0,'epoch':0}");
    List<String> lines = text(messages.view, 80, 24);
    assertEquals("BOARDS 4 online, 0 away, different releases", lines.get(1));
    assertTrue(lines.get(2).contains("online   0.9  porch 0"), lines.get(2));
    assertTrue(lines.get(3).contains("online   1  porch 0"), lines.get(3));
  }

  @Test
  void showsHowARollOutStands() {
    Messages messages =
        Messages.fleet()
            .plans("porch", 6, "'a','b'", "'c'", Messages.rollout("canary", "b", 12, 1, ""));
    String page = all(messages.view);
    assertTrue(page.contains("    roll-out: b tries bundle 66666666: 12 frames, 1 error\n"), page);
  }

  @Test
  void saysWhatIsPaused() {
    Messages messages = Messages.fleet();
    messages.hear(
        "deployments/porch/spec",
        "{'bundle':'"
            + "a".repeat(64)
            + "','strategy':'rocoin','deadlineMs':500,'successProbability':0.9,'paused':true}");
    assertTrue(all(messages.view).contains("\n  porch  paused\n"), all(messages.view));
  }

  @Test
  void showsWhoOfAGroupIsAway() {
    Messages messages = Messages.fleet().state("a", "offline", false);
    assertTrue(all(messages.view).contains("[0: (a) b] [1: c]"), all(messages.view));
  }

  @Test
  void saysSinceWhenNothingIsNew() {
    Messages messages = Messages.fleet();
    messages.after(9).view.connected(false, messages.now());
    List<String> lines = text(messages.view, 80, 24);
    assertEquals(" NO CONNECTION since 12:00:09: what is below is as it was then", lines.get(1));
    assertEquals("BOARDS 4 online, 0 away, release 1", lines.get(2));
  }

  @Test
  void saysWhatToDoWhereNothingIsDeployed() {
    String page = all(new Messages().view);
    assertTrue(page.contains("DEPLOYMENTS none: deploy one with 'coterie deploy BUNDLE'"), page);
    assertTrue(page.contains("no hub leads"), page);
  }

  @Test
  void neverLetsATextIntoTheTerminal() {
    Messages messages =
        Messages.fleet()
            .answers("porch", "f", "\\u001b[2Jcat\\u009b\\u202e\\u0007", 1)
            .reports("a", ",'messages':['\\u001b]0;owned\\u0007']");
    List<AttributedString> page = Page.draw(messages.view, "mqtt://hub", 100, 30, false);
    for (AttributedString line : page) {
      assertTrue(line.chars().noneMatch(Character::isISOControl), line.toString());
      assertTrue(line.chars().noneMatch(c -> c == 0x202e), line.toString());
    }
    assertTrue(all(messages.view).contains("?[2Jcat???"), all(messages.view));
  }

  @Test
  void fitsWhateverTheSize() {
    Messages messages = Messages.fleet();
    for (int i = 0; i < 1_000; i++) {
      messages.joins("board-" + i, false, false);
    }
    messages.answers("porch", "f", "\u732b".repeat(60), 1);
    for (int width = 1; width < 150; width += 7) {
      for (int height = 1; height < 60; height += 3) {
        List<AttributedString> page = Page.draw(messages.view, "mqtt://hub", width, height, true);
        assertEquals(height, page.size());
        for (AttributedString line : page) {
          assertTrue(line.columnLength() <= width, width + "x" + height + ": " + line);
        }
      }
    }
    String page = all(messages.view);
    assertTrue(page.contains("BOARDS 1004 online, 0 away"), page);
    assertTrue(page.matches("(?s).*… [0-9]+ more.*RESULTS.*"), page);
    assertTrue(text(messages.view, 50, 24).get(0).contains("at least 60x12"));
  }

  /**
   * Ten times as many boards may cost ten times as much; a comparison of each with each would cost
   * a hundred times.
   */
  @Test
  void aThousandBoardsCostTenTimesWhatAHundredDo() {
    Messages hundred = withBoards(100);
    Messages thousand = withBoards(1_000);
    long few = Long.MAX_VALUE;
    long many = Long.MAX_VALUE;
    for (int i = 0; i < 30; i++) {
      few = Math.min(few, drawingNs(hundred));
      many = Math.min(many, drawingNs(thousand));
    }
    assertTrue(many < 40 * few, few + " ns for 100 boards, " + many + " ns for 1,000");
  }

  private static Messages withBoards(int boards) {
    Messages messages = Messages.fleet();
    for (int i = 0; i < boards; i++) {
      messages.joins("board-" + i, false, true);
    }
    return messages;
  }

  private static long drawingNs(Messages messages) {
    long startNs = System.nanoTime();
    all(messages.view);
    return System.nanoTime() - startNs;
  }

  @Test
  void hasNoColoursWhereNoneAreWanted() {
    Messages messages = Messages.fleet().state("a", "offline", false);
    StringBuilder coloured = new StringBuilder();
    StringBuilder plain = new StringBuilder();
    Page.draw(messages.view, "x", 80, 24, true).forEach(line -> coloured.append(line.toAnsi()));
    Page.draw(messages.view, "x", 80, 24, false).forEach(line -> plain.append(line.toAnsi()));
    assertTrue(coloured.toString().matches("(?s).*\u001b\\[[0-9;]*3[0-9].*"));
    assertFalse(plain.toString().matches("(?s).*\u001b\\[[0-9;]*3[0-9].*"), plain.toString());
    assertTrue(Terminals.colours(null) && Terminals.colours("") && !Terminals.colours("1"));
  }
}
