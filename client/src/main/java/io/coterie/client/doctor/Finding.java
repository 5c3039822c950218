package io.coterie.client.doctor;

import com.google.gson.annotations.SerializedName;
import java.util.Locale;

/**
 * What came of looking at one thing.
 *
 * @param check what was looked at
 * @param found what is so
 * @param cure what to do about it, with a command; empty where it is well
 */
public record Finding(String check, Level level, String found, String cure) {
  /** How bad it is. */
  public enum Level {
    /** As it should be. */
    @SerializedName("ok")
    OK,
    /** Works, but not as well as it could, or not for long. */
    @SerializedName("warning")
    WARNING,
    /** Does not work. */
    @SerializedName("problem")
    PROBLEM;

    /** As it is printed. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Finding {
    if (cure.isEmpty() != (level == Level.OK)) {
      throw new IllegalArgumentException("a cure is for what is not well: " + check + ": " + cure);
    }
  }

  /** It is as it should be. */
  public static Finding ok(String check, String found) {
    return new Finding(check, Level.OK, found, "");
  }

  /** It works, but not as well as it could. */
  public static Finding warning(String check, String found, String cure) {
    return new Finding(check, Level.WARNING, found, cure);
  }

  /** It does not work. */
  public static Finding problem(String check, String found, String cure) {
    return new Finding(check, Level.PROBLEM, found, cure);
  }
}
