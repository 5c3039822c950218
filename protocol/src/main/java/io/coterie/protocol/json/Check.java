package io.coterie.protocol.json;

import java.util.List;
import java.util.Map;

/** The checks that compact constructors share. Each names the field and the value it refuses. */
public final class Check {
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

  public static long notNegative(long value, String field) {
    if (value < 0) {
      throw new IllegalArgumentException("must be >= 0: " + field + "=" + value);
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
