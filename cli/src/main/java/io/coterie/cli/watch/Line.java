package io.coterie.cli.watch;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;

/** One line of the page while it is written. Not thread-safe. */
final class Line {
  private record Piece(String text, Tone tone) {}

  private final List<Piece> pieces = new ArrayList<>();

  /** Control characters could do anything to a terminal, and texts come from anybody. */
  static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              boolean harmless =
                  type != Character.CONTROL
                      && type != Character.FORMAT
                      && type != Character.SURROGATE
                      && type != Character.LINE_SEPARATOR
                      && type != Character.PARAGRAPH_SEPARATOR;
              clean.appendCodePoint(harmless ? c : '?');
            });
    return clean.toString();
  }

  Line add(String text, Tone tone) {
    pieces.add(new Piece(clean(text), tone));
    return this;
  }

  Line add(String text) {
    return add(text, Tone.PLAIN);
  }

  /** A text in a column of its own, cut to its width, and a space. */
  Line column(String text, int width, Tone tone) {
    AttributedString cut = new AttributedString(clean(text)).columnSubSequence(0, width);
    return add(cut + " ".repeat(Math.max(0, width - cut.columnLength()) + 1), tone);
  }

  /** A number at the right of a column, and a space. */
  Line number(String text, int width) {
    return add(" ".repeat(Math.max(0, width - text.length())) + text + " ");
  }

  /** The line as a terminal shows it, cut to its width. */
  AttributedString draw(int width, boolean colours) {
    AttributedStringBuilder out = new AttributedStringBuilder();
    pieces.forEach(piece -> out.append(piece.text(), piece.tone().style(colours)));
    return out.toAttributedString().columnSubSequence(0, width);
  }

  /** The line with the last tone up to the edge. */
  AttributedString drawAcross(int width, boolean colours, Tone tone) {
    int missing = width - draw(width, colours).columnLength();
    return add(" ".repeat(Math.max(0, missing)), tone).draw(width, colours);
  }

  /** Number of columns that it takes. */
  int length() {
    return pieces.stream().mapToInt(p -> new AttributedString(p.text()).columnLength()).sum();
  }
}
