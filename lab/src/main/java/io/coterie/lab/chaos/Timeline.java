package io.coterie.lab.chaos;

import io.coterie.lab.LabException;
import io.coterie.protocol.message.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A run as a page to look at: one strip per half minute, with every result and every fault. */
final class Timeline {
  private static final double STRIP_SECONDS = 30;
  private static final double WIDTH = 1200;
  private static final double HEIGHT = 120;
  private static final double TOP = 16;
  private static final double FASTEST_MS = 1;
  private static final double SLOWEST_MS = 10_000;

  private final StringBuilder svg = new StringBuilder();
  private final List<HistoryEvent> events;
  private final List<Episodes.Episode> episodes;

  private Timeline(List<HistoryEvent> events) {
    this.events = events;
    episodes = Episodes.of(events).all();
  }

  /** The page, complete in itself. */
  static String page(ChaosReport report, List<HistoryEvent> events) {
    Timeline timeline = new Timeline(events);
    return template()
        .replace(
            "{{verdict}}",
            report.kept() ? "Every promise was kept." : "Not every promise was kept.")
        .replace("{{summary}}", escape(String.join("\n", report.lines())))
        .replace("{{strips}}", timeline.strips())
        .replace("{{faults}}", timeline.rows());
  }

  private static String template() {
    try (InputStream in = Timeline.class.getResourceAsStream("timeline.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new LabException("cannot read the timeline's template: " + e.getMessage());
    }
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private String strips() {
    double lastSeconds = events.isEmpty() ? 0 : events.get(events.size() - 1).atNs() / 1e9;
    for (double from = 0; from < lastSeconds; from += STRIP_SECONDS) {
      strip(from);
    }
    return svg.toString();
  }

  private void strip(double from) {
    add(
        "<svg viewBox=\"-40 0 %.0f %.0f\" role=\"img\" aria-label=\"from %.0f s\">",
        WIDTH + 60, TOP + HEIGHT + 18, from);
    for (Episodes.Episode episode : episodes) {
      band(from, episode);
    }
    for (double ms = FASTEST_MS; ms <= SLOWEST_MS; ms *= 10) {
      double y = y(ms);
      add("<line class=\"grid\" x1=\"0\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>", WIDTH, y, y);
      add(
          "<text class=\"axis\" x=\"-4\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          y + 3, label(ms));
    }
    for (int second = 0; second <= STRIP_SECONDS; second += 5) {
      double x = WIDTH * second / STRIP_SECONDS;
      add(
          "<text class=\"axis\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.0f s</text>",
          x, TOP + HEIGHT + 13, from + second);
    }
    marks(from);
    svg.append("</svg>\n");
  }

  private static String label(double ms) {
    return ms < 1000 ? "%.0f ms".formatted(ms) : "%.0f s".formatted(ms / 1000);
  }

  private void band(double from, Episodes.Episode episode) {
    double x = x(from, episode.began().atNs());
    double ended = x(from, episode.endedNs());
    double whole = x(from, episode.wholeNs());
    if (whole < 0 || x > WIDTH) {
      return;
    }
    rectangle("recovery", x, whole);
    rectangle("fault", x, ended);
    if (x >= 0) {
      add("<text class=\"name\" x=\"%.1f\" y=\"11\">%s</text>", x, episode.began().fault().name());
    }
  }

  private void rectangle(String style, double from, double to) {
    double left = Math.max(0, from);
    double right = Math.min(WIDTH, to);
    if (right > left) {
      add(
          "<rect class=\"%s\" x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\"/>",
          style, left, TOP, right - left, HEIGHT);
    }
  }

  private void marks(double from) {
    Map<String, Long> sentNs = new HashMap<>();
    for (HistoryEvent event : events) {
      double x = x(from, event.atNs());
      boolean inside = x >= 0 && x <= WIDTH;
      if (event instanceof HistoryEvent.Sent frame) {
        sentNs.put(frame.id(), frame.atNs());
      } else if (event instanceof HistoryEvent.Answered answered && inside) {
        Long sent = sentNs.get(answered.result().frame());
        if (sent != null) {
          result(x, answered.result().status(), (event.atNs() - sent) / 1e6);
        }
      } else if (event instanceof HistoryEvent.Planned planned && planned.live() && inside) {
        add(
            "<path class=\"plan\" d=\"M%.1f %.0fv%.0f\"><title>epoch %d</title></path>",
            x, TOP, HEIGHT, planned.plan().epoch());
      } else if (event instanceof HistoryEvent.Unaccepted && inside) {
        add("<circle class=\"unaccepted\" cx=\"%.1f\" cy=\"%.1f\" r=\"2\"/>", x, y(SLOWEST_MS));
      }
    }
  }

  private void result(double x, Outcome status, double ms) {
    add(
        "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"1.6\"/>",
        status.name().toLowerCase(Locale.ROOT), x, y(ms));
  }

  private static double x(double fromSeconds, long ns) {
    return WIDTH * (ns / 1e9 - fromSeconds) / STRIP_SECONDS;
  }

  private static double y(double ms) {
    double bounded = Math.min(SLOWEST_MS, Math.max(FASTEST_MS, ms));
    return TOP + HEIGHT * (1 - Math.log10(bounded / FASTEST_MS) / Math.log10(SLOWEST_MS));
  }

  private String rows() {
    StringBuilder rows = new StringBuilder();
    Episodes all = Episodes.of(events);
    for (Episodes.Episode episode : episodes) {
      HistoryEvent.Began began = episode.began();
      rows.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%.1f</td><td>%s</td><td>%s</td><td>%.1f</td><td>%.1f</td><td>%.0f</td>"
                  + "<td>%s</td></tr>%n",
              began.atNs() / 1e9,
              began.fault().name(),
              began.victim().isEmpty() ? "all" : began.victim(),
              (episode.endedNs() - began.atNs()) / 1e9,
              (episode.wholeNs() - began.atNs()) / 1e9,
              all.gapMs(episode),
              all.noticedMs(episode).stream()
                  .mapToObj(ms -> "%.0f".formatted(ms))
                  .findFirst()
                  .orElse("")));
    }
    return rows.toString();
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
