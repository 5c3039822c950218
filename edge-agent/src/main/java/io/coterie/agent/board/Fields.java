package io.coterie.agent.board;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One object of a board's file, taken key by key. Every message names the key, with those it is in.
 */
final class Fields {
  private final String path;
  private final JsonObject object;
  private final Set<String> known = new TreeSet<>();

  private Fields(String path, JsonObject object) {
    this.path = path;
    this.object = object;
  }

  /**
   * Takes everything that there is.
   *
   * @throws IllegalArgumentException if a value is not what belongs there, or a key is unknown
   */
  static <T> T read(String path, JsonElement element, Function<Fields, T> reader) {
    if (!element.isJsonObject()) {
      throw new BadValue(
          (path.isEmpty() ? "" : path + ": ") + "must be an object {…}, not " + element);
    }
    Fields fields = new Fields(path, element.getAsJsonObject());
    T value;
    try {
      value = reader.apply(fields);
    } catch (BadValue e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new BadValue((path.isEmpty() ? "" : path + ": ") + e.getMessage());
    }
    fields.refuseUnknown();
    return value;
  }

  /** Whose message says where already. */
  private static final class BadValue extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    BadValue(String message) {
      super(message);
    }
  }

  private void refuseUnknown() {
    Set<String> unknown = new TreeSet<>(object.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new BadValue(
          "unknown key: " + name(unknown.iterator().next()) + " (there are " + known + ")");
    }
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private Optional<JsonElement> element(String key) {
    known.add(key);
    return Optional.ofNullable(object.get(key)).filter(it -> !it.isJsonNull());
  }

  private JsonElement required(String key) {
    return element(key).orElseThrow(() -> new BadValue("missing: " + name(key)));
  }

  private BadValue not(String key, String what, JsonElement found) {
    return new BadValue(name(key) + ": must be " + what + ", not " + found);
  }

  <T> Optional<T> optional(String key, Function<Fields, T> reader) {
    return element(key).map(it -> read(name(key), it, reader));
  }

  private Optional<List<JsonElement>> elements(String key, String what) {
    Optional<JsonElement> list = element(key);
    if (list.isPresent() && !list.get().isJsonArray()) {
      throw not(key, what, list.get());
    }
    return list.map(it -> it.getAsJsonArray().asList());
  }

  <T> List<T> list(String key, Function<Fields, T> reader) {
    List<T> all = new ArrayList<>();
    for (JsonElement one : elements(key, "a list [{…}]").orElse(List.of())) {
      all.add(read(name(key) + "[" + all.size() + "]", one, reader));
    }
    return all;
  }

  Optional<List<String>> words(String key) {
    return elements(key, "a list of texts such as [\"rpicam-still\", \"-n\"]")
        .map(list -> list.stream().map(word -> text(key + "[]", word)).toList());
  }

  String text(String key) {
    return text(key, required(key));
  }

  Optional<String> optionalText(String key) {
    return element(key).map(it -> text(key, it));
  }

  private String text(String key, JsonElement element) {
    return primitive(element)
        .filter(JsonPrimitive::isString)
        .map(JsonPrimitive::getAsString)
        .orElseThrow(() -> not(key, "a text", element));
  }

  private static Optional<JsonPrimitive> primitive(JsonElement element) {
    return element.isJsonPrimitive() ? Optional.of(element.getAsJsonPrimitive()) : Optional.empty();
  }

  int pin(String key) {
    return (int) Math.max(-1, Math.min(Integer.MAX_VALUE, whole(key, required(key))));
  }

  long whole(String key, long usual) {
    return optionalWhole(key).orElse(usual);
  }

  OptionalLong optionalWhole(String key) {
    return element(key).stream().mapToLong(it -> whole(key, it)).findFirst();
  }

  private long whole(String key, JsonElement element) {
    return primitive(element)
        .filter(JsonPrimitive::isNumber)
        .map(JsonPrimitive::getAsDouble)
        .filter(number -> number == number.longValue())
        .orElseThrow(() -> not(key, "a whole number", element))
        .longValue();
  }

  boolean flag(String key) {
    Optional<JsonElement> flag = element(key);
    return flag.isPresent()
        && primitive(flag.get())
            .filter(JsonPrimitive::isBoolean)
            .map(JsonPrimitive::getAsBoolean)
            .orElseThrow(() -> not(key, "true or false", flag.get()));
  }

  /** One of an enum's names, in lower case. */
  <E extends Enum<E>> E choice(String key, Class<E> type, E usual) {
    return element(key)
        .map(
            it ->
                Arrays.stream(type.getEnumConstants())
                    .filter(one -> word(one).equals(text(key, it)))
                    .findFirst()
                    .orElseThrow(() -> not(key, "one of " + words(type), it)))
        .orElse(usual);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static <E extends Enum<E>> List<String> words(Class<E> type) {
    return Arrays.stream(type.getEnumConstants()).map(Fields::word).toList();
  }

  /** What the reader makes of a text, with the key where it refuses. */
  <T> T parsed(String key, Function<String, T> parser) {
    String text = text(key);
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new BadValue(name(key) + ": " + e.getMessage());
    }
  }
}
