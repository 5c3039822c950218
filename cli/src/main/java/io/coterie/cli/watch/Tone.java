package io.coterie.cli.watch;

import org.jline.utils.AttributedStyle;

/** How a text is meant; never the only way in which that shows. */
enum Tone {
  PLAIN,
  /** Labels and explanations. */
  FAINT,
  /** Headings. */
  STRONG,
  GOOD,
  WARN,
  BAD,
  /** The title, across the page. */
  BAR;

  /**
   * As the terminal shows it.
   *
   * @param colours whether it may be coloured
   */
  AttributedStyle style(boolean colours) {
    AttributedStyle plain = AttributedStyle.DEFAULT;
    return switch (this) {
      case PLAIN -> plain;
      case FAINT -> plain.faint();
      case STRONG -> plain.bold();
      case GOOD -> colours ? plain.foreground(AttributedStyle.GREEN) : plain;
      case WARN -> colours ? plain.foreground(AttributedStyle.YELLOW) : plain;
      case BAD -> colours ? plain.bold().foreground(AttributedStyle.RED) : plain.bold();
      case BAR -> plain.inverse();
    };
  }
}
