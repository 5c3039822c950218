package io.coterie.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** A time on the command line, such as {@code 500ms}, {@code 2s} or {@code 1m}. */
public record DurationArgument(long ms) {
  private static final Pattern FORMAT = Pattern.compile("([0-9]{1,9})(ms|s|m)");

  /** Reads a time; refuses anything without a unit. */
  public static DurationArgument parse(String text) {
    Matcher matcher = FORMAT.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no time: write a number with a unit, such as 500ms, 2s or 1m");
    }
    long number = Long.parseLong(matcher.group(1));
    long unitMs =
        switch (matcher.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          default -> 60_000;
        };
    return new DurationArgument(number * unitMs);
  }

  @Override
  public String toString() {
    return ms % 1000 == 0 ? ms / 1000 + "s" : ms + "ms";
  }
}
