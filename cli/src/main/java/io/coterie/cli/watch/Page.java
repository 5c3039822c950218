package io.coterie.cli.watch;

import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.utils.AttributedString;

/** Draws what is known of a fleet, as a page of a terminal's size. */
final class Page {
  static final int LEAST_WIDTH = 60;
  static final int LEAST_HEIGHT = 12;

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private Page() {}

  /**
   * The page's lines, exactly as many as it is high, none wider than it.
   *
   * @param title what is watched
   * @param colours whether it may have colours
   */
  static List<AttributedString> draw(
      View view, String title, int width, int height, boolean colours) {
    List<AttributedString> lines = new ArrayList<>();
    if (width < LEAST_WIDTH || height < LEAST_HEIGHT) {
      String small = "make this terminal at least " + LEAST_WIDTH + "x" + LEAST_HEIGHT;
      lines.add(new Line().add(small).draw(width, colours));
    } else {
      lines.add(title(view, title).drawAcross(width, colours, Tone.BAR));
      view.lostSince().ifPresent(since -> lines.add(lost(since).draw(width, colours)));
      for (Line line : body(view, width, height - lines.size() - 1)) {
        lines.add(line.draw(width, colours));
      }
      lines.add(footer(view).draw(width, colours));
    }
    while (lines.size() < height) {
      lines.add(AttributedString.EMPTY);
    }
    return List.copyOf(lines.subList(0, height));
  }

  private static Line title(View view, String title) {
    String leader = view.leader().map(id -> "led by " + id).orElse("no hub leads");
    return new Line().add(" coterie  " + title + "  " + leader, Tone.BAR);
  }

  private static Line lost(LocalTime since) {
    String text = " NO CONNECTION since " + time(since) + ": what is below is as it was then";
    return new Line().add(text, Tone.BAD);
  }

  private static Line footer(View view) {
    long leftOut = view.observed().leftOut();
    return new Line()
        .add(" q quit", Tone.FAINT)
        .add(leftOut == 0 ? "" : "  " + leftOut + " messages made no sense", Tone.WARN);
  }

  private static List<Line> body(View view, int width, int height) {
    List<Section> sections =
        List.of(
            BoardRows.section(view, width),
            DeploymentRows.section(view, width),
            events(view),
            results(view));
    int[] heights = Section.share(sections, height);
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < heights.length; i++) {
      lines.addAll(sections.get(i).lines(heights[i]));
    }
    while (lines.size() < height) {
      lines.add(new Line());
    }
    return lines;
  }

  private static Section events(View view) {
    return new Section(
        new Line().add("EVENTS", Tone.STRONG),
        view.events().stream()
            .map(
                event ->
                    new Line()
                        .add("  " + time(event.at()) + "  ", Tone.FAINT)
                        .add(event.text(), event.tone()))
            .toList());
  }

  private static Section results(View view) {
    return new Section(
        new Line().add("RESULTS", Tone.STRONG), view.answers().stream().map(Page::result).toList());
  }

  private static Line result(ReceivedResult answer) {
    Result result = answer.result();
    boolean ok = result.status() == Outcome.OK;
    Line line =
        new Line()
            .add("  " + time(answer.at()) + "  ", Tone.FAINT)
            .column(answer.deployment() + "/" + result.source(), 18, Tone.PLAIN)
            .column(result.status().name().toLowerCase(Locale.ROOT), 8, ok ? Tone.GOOD : Tone.WARN);
    if (result.label() == null) {
      return line.add(String.valueOf(result.reason()));
    }
    return line.column(result.label(), 12, Tone.STRONG)
        .number(String.format(Locale.ROOT, "%.1f %%", 100 * result.confidence()), 7)
        .number(result.portions().have() + "/" + result.portions().of(), 5)
        .number(String.format(Locale.ROOT, "%.1f ms", result.latencyMs()), 10);
  }

  private static String time(LocalTime time) {
    return CLOCK.format(time);
  }
}
