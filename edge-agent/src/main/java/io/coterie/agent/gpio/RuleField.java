package io.coterie.agent.gpio;

import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a rule may look at. */
enum RuleField {
  LABEL("label", true, result -> Optional.ofNullable(result.label())),
  STATUS("status", true, result -> Optional.of(text(result.status()))),
  SOURCE("source", true, result -> Optional.of(result.source())),
  CONFIDENCE("confidence", false, result -> Optional.ofNullable(result.confidence())),
  LATENCY("latencyMs", false, result -> Optional.of(result.latencyMs()));

  private final String word;
  private final boolean text;

  @SuppressWarnings("ImmutableEnumChecker") // A function without state.
  private final Function<Result, Optional<Object>> value;

  RuleField(String word, boolean text, Function<Result, Optional<Object>> value) {
    this.word = word;
    this.text = text;
    this.value = value;
  }

  private static String text(Outcome status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  static Optional<RuleField> of(String word) {
    return Arrays.stream(values()).filter(field -> field.word.equals(word)).findFirst();
  }

  /** The names of all, for people. */
  static String words() {
    return Arrays.stream(values()).map(RuleField::word).collect(Collectors.joining(", "));
  }

  String word() {
    return word;
  }

  /** Whether it is a text; a number otherwise. */
  boolean isText() {
    return text;
  }

  /** Why nothing is ever compared with this value so; empty where something may be. */
  Optional<String> objection(Object other) {
    List<String> outcomes = Arrays.stream(Outcome.values()).map(RuleField::text).toList();
    if (this == STATUS && !outcomes.contains(other)) {
      return Optional.of("status is one of " + String.join(", ", outcomes));
    }
    if (this == CONFIDENCE && !((double) other >= 0 && (double) other <= 1)) {
      return Optional.of("confidence is a number from 0 to 1");
    }
    return Optional.empty();
  }

  /** A text or a {@link Double}; empty where the frame has no answer. */
  Optional<Object> of(Result result) {
    return value.apply(result);
  }
}
