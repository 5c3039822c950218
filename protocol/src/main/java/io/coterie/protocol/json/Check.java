package io.coterie.protocol.json;

import java.util.List;
import java.util.Map;

/** The checks that compact constructors share. Each names the field and the value it refuses. */
public final class Check {
  /** Exact also where JSON numbers are doubles. */
  public static final long MAX_RISING = 1L << 53;

  /** Nobody counts that far: whoever hears more ignores it instead of going above it. */
  public static final long ABSURD = MAX_RISING / 2;

  private Check() {}

  public static <T> T present(T value, String field) {
    if (value == null) {
      throw new IllegalArgumentException("missing: " + field);
    }
    return value;
  }

  public static String text(String value, String field) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("must not be empty: " + field);
    }
    return value;
  }

  /** An unmodifiable copy; refuses a missing list and missing elements. */
  public static <T> List<T> list(List<T> values, String field) {
    present(values, field);
    for (T value : values) {
      present(value, field + "[]");
    }
    return List.copyOf(values);
  }

  /** An unmodifiable copy; a missing list is an empty one. */
  public static <T> List<T> listOrEmpty(List<T> values, String field) {
    return values == null ? List.of() : list(values, field);
  }

  /** An unmodifiable copy; a missing map is an empty one. */
  public static <K, V> Map<K, V> mapOrEmpty(Map<K, V> values) {
    return values == null ? Map.of() : Map.copyOf(values);
  }

  public static int positive(int value, String field) {
    if (value <= 0) {
      throw new IllegalArgumentException("must be > 0: " + field + "=" + value);
    }
    return value;
  }

  public static long positive(long value, String field) {
    if (value <= 0) {
      throw new IllegalArgumentException("must be > 0: " + field + "=" + value);
    }
    return value;
  }

  /** A number that rises, such as a term; the bound keeps its successors from overflowing. */
  public static long rising(long value, String field) {
    return bounded(positive(value, field), field);
  }

  /** As {@link #rising}, or 0 where there is none yet. */
  public static long risingOrNone(long value, String field) {
    return bounded(notNegative(value, field), field);
  }

  private static long bounded(long value, String field) {
    if (value > MAX_RISING) {
      throw new IllegalArgumentException("must be <= " + MAX_RISING + ": " + field + "=" + value);
    }
    return value;
  }

  public static long notNegative(long value, String field) {
    if (value < 0) {
      throw new IllegalArgumentException("must be >= 0: " + field + "=" + value);
    }
    return value;
  }

  public static long range(long value, long least, long most, String field) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "must be " + least + " to " + most + ": " + field + "=" + value);
    }
    return value;
  }

  /** A finite number in [0, 1]. */
  public static double fraction(double value, String field) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("must be in [0, 1]: " + field + "=" + value);
    }
    return value;
  }

  /** A finite number above 0. */
  public static double positive(double value, String field) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("must be a finite number > 0: " + field + "=" + value);
    }
    return value;
  }
}
