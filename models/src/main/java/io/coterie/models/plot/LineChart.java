package io.coterie.models.plot;

import java.util.List;
import java.util.Locale;

/**
 * Some curves over one pair of axes.
 *
 * @param title said above
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param series 1 to 6 curves
 */
public record LineChart(String title, Axis x, Axis y, List<Series> series) {
  /** A palette that people with colour blindness can tell apart, after Okabe and Ito. */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

  private static final int WIDTH = 760;
  private static final int HEIGHT = 460;
  private static final int LEFT = 70;
  private static final int RIGHT = 190;
  private static final int TOP = 46;
  private static final int BOTTOM = 56;
  private static final int MOST_TICKS = 8;

  /** A value on both axes. */
  public record Point(double x, double y) {}

  /**
   * A curve.
   *
   * @param points in the order in which they are joined
   * @param marked drawn as a circle on top of the curve; {@code null} for none
   */
  public record Series(String name, List<Point> points, Point marked) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /**
   * One axis.
   *
   * @param label with the unit
   * @param from smallest value shown
   * @param to largest value shown, above {@code from}
   */
  public record Axis(String label, double from, double to) {
    public Axis {
      if (!(to > from)) {
        throw new IllegalArgumentException("must rise: " + label + " " + from + " to " + to);
      }
    }

    /** An axis from a round number below the values to one above them. */
    public static Axis around(String label, double smallest, double largest) {
      double step = step(largest > smallest ? largest - smallest : 1);
      double from = Math.floor(smallest / step) * step;
      return new Axis(label, from, Math.max(from + step, Math.ceil(largest / step) * step));
    }

    private double step() {
      return step(to - from);
    }

    /** 1, 2 or 5 times a power of ten, so that some ticks fit. */
    private static double step(double range) {
      double step = Math.pow(10, Math.floor(Math.log10(range / MOST_TICKS)));
      for (int factor : new int[] {1, 2, 5, 10}) {
        if (range / (step * factor) <= MOST_TICKS) {
          return step * factor;
        }
      }
      throw new AssertionError(range);
    }

    private double part(double value) {
      return (value - from) / (to - from);
    }
  }

  public LineChart {
    series = List.copyOf(series);
    if (series.isEmpty() || series.size() > COLOURS.size()) {
      throw new IllegalArgumentException("must be 1 to " + COLOURS.size() + " curves");
    }
  }

  /** The chart as an SVG document. */
  public String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" \
        font-family="sans-serif" font-size="13" role="img">
        <title>%s</title>
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        """
            .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT, escaped(title)));
    text(svg, LEFT, TOP - 18, "start", title, "font-size=\"16\" font-weight=\"bold\"");
    ticks(svg);
    for (int i = 0; i < series.size(); i++) {
      curve(svg, series.get(i), COLOURS.get(i));
      legend(svg, series.get(i), COLOURS.get(i), i);
    }
    return svg.append("</svg>\n").toString();
  }

  private void ticks(StringBuilder svg) {
    int bottom = HEIGHT - BOTTOM;
    int right = WIDTH - RIGHT;
    for (double value = x.from(); value <= x.to() + 1e-9; value += x.step()) {
      line(svg, px(value), TOP, px(value), bottom, "#e4e4e4");
      text(svg, px(value), bottom + 18, "middle", number(value), "");
    }
    for (double value = y.from(); value <= y.to() + 1e-9; value += y.step()) {
      line(svg, LEFT, py(value), right, py(value), "#e4e4e4");
      text(svg, LEFT - 8, py(value) + 4, "end", number(value), "");
    }
    line(svg, LEFT, bottom, right, bottom, "#444444");
    line(svg, LEFT, TOP, LEFT, bottom, "#444444");
    text(svg, (LEFT + right) / 2.0, HEIGHT - 14, "middle", x.label(), "");
    double middle = (TOP + bottom) / 2.0;
    text(svg, 18, middle, "middle", y.label(), format("transform=\"rotate(-90 18 %.1f)\"", middle));
  }

  private void curve(StringBuilder svg, Series one, String colour) {
    StringBuilder points = new StringBuilder();
    for (Point point : one.points()) {
      points.append(format("%.1f,%.1f ", px(point.x()), py(point.y())));
    }
    svg.append(
        format(
            "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>%n",
            colour, points.toString().strip()));
    if (one.marked() != null) {
      svg.append(
          format(
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"%s\" stroke=\"#ffffff\"/>%n",
              px(one.marked().x()), py(one.marked().y()), colour));
    }
  }

  private void legend(StringBuilder svg, Series one, String colour, int index) {
    int at = WIDTH - RIGHT + 16;
    int row = TOP + 12 + 22 * index;
    svg.append(
        format(
            "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"/>%n",
            at, row, at + 22, row, colour));
    text(svg, at + 30, row + 4, "start", one.name(), "");
  }

  private double px(double value) {
    return LEFT + x.part(value) * (WIDTH - RIGHT - LEFT);
  }

  private double py(double value) {
    return HEIGHT - BOTTOM - y.part(value) * (HEIGHT - BOTTOM - TOP);
  }

  private static void line(
      StringBuilder svg, double x1, double y1, double x2, double y2, String colour) {
    svg.append(
        format(
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
            x1, y1, x2, y2, colour));
  }

  private static void text(
      StringBuilder svg, double x, double y, String anchor, String text, String attributes) {
    svg.append(
        format(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#222222\" %s>%s</text>%n",
            x, y, anchor, attributes, escaped(text)));
  }

  private static String number(double value) {
    double rounded = Math.round(value * 1e6) / 1e6;
    return rounded == Math.rint(rounded)
        ? Long.toString(Math.round(rounded))
        : Double.toString(rounded);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
