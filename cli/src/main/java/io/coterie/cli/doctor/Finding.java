package io.coterie.cli.doctor;

import com.google.gson.annotations.SerializedName;
import java.util.Locale;

/**
 * What came of looking at one thing.
 *
 * @param check what was looked at
 * @param found what is so
 * @param cure what to do about it, with a command; empty where it is well
 */
record Finding(String check, Level level, String found, String cure) {
  /** How bad it is. */
  enum Level {
    /** As it should be. */
    @SerializedName("ok")
    OK,
    /** Works, but not as well as it could, or not for long. */
    @SerializedName("warning")
    WARNING,
    /** Does not work. */
    @SerializedName("problem")
    PROBLEM;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Finding {
    if (cure.isEmpty() != (level == Level.OK)) {
      throw new IllegalArgumentException("a cure is for what is not well: " + check + ": " + cure);
    }
  }

  static Finding ok(String check, String found) {
    return new Finding(check, Level.OK, found, "");
  }

  static Finding warning(String check, String found, String cure) {
    return new Finding(check, Level.WARNING, found, cure);
  }

  static Finding problem(String check, String found, String cure) {
    return new Finding(check, Level.PROBLEM, found, cure);
  }
}
