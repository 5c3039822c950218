package io.coterie.agent.gpio;

import io.coterie.protocol.message.Result;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a {@link Rule} from left to right. Not thread-safe. */
final class RuleParser {
  private static final int DEEPEST = 32;

  private static final Pattern SPACE = Pattern.compile("\\s*");
  private static final Pattern WORD = Pattern.compile("[A-Za-z]+");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
  private static final Pattern TEXT =
      Pattern.compile("\"((?:[^\"\\\\]|\\\\[\"\\\\])*)\"|'((?:[^'\\\\]|\\\\['\\\\])*)'");

  /** Longer ones first: {@code <=} begins with another. */
  private static final List<String> COMPARISONS = List.of("==", "!=", "<=", ">=", "<", ">");

  private final String text;
  private int at;
  private int depth;

  RuleParser(String text) {
    this.text = text;
  }

  /**
   * Reads all of it.
   *
   * @throws IllegalArgumentException naming the place and what was expected there
   */
  Function<Result, Truth> parse() {
    Function<Result, Truth> all = rule();
    if (at < text.length()) {
      throw expected(at, "&&, || or the end");
    }
    return all;
  }

  private Function<Result, Truth> rule() {
    Function<Result, Truth> left = all();
    while (take("||")) {
      Function<Result, Truth> before = left;
      Function<Result, Truth> right = all();
      left = result -> before.apply(result).or(right.apply(result));
    }
    return left;
  }

  private Function<Result, Truth> all() {
    Function<Result, Truth> left = one();
    while (take("&&")) {
      Function<Result, Truth> before = left;
      Function<Result, Truth> right = one();
      left = result -> before.apply(result).and(right.apply(result));
    }
    return left;
  }

  private Function<Result, Truth> one() {
    depth++;
    if (depth > DEEPEST) {
      throw new IllegalArgumentException(
          "nested deeper than " + DEEPEST + " at character " + (at + 1) + " of: " + text);
    }
    Function<Result, Truth> one = notOrParenthesisOrComparison();
    depth--;
    return one;
  }

  private Function<Result, Truth> notOrParenthesisOrComparison() {
    if (take("!")) {
      Function<Result, Truth> negated = one();
      return result -> negated.apply(result).not();
    }
    if (take("(")) {
      Function<Result, Truth> inner = rule();
      if (!take(")")) {
        throw expected(at, "&&, || or )");
      }
      return inner;
    }
    return comparison();
  }

  private Function<Result, Truth> comparison() {
    int start = skip();
    RuleField field =
        next(WORD)
            .flatMap(RuleField::of)
            .orElseThrow(() -> expected(start, "one of " + RuleField.words() + ", ! or ("));
    int place = skip();
    String operator =
        COMPARISONS.stream()
            .filter(this::take)
            .findFirst()
            .orElseThrow(() -> expected(place, "one of " + String.join(" ", COMPARISONS)));
    if (field.isText() && !operator.equals("==") && !operator.equals("!=")) {
      throw expected(place, "== or !=, for " + field.word() + " is a text");
    }
    Object value = value(field);
    return result ->
        field.of(result).map(it -> Truth.of(holds(it, operator, value))).orElse(Truth.UNKNOWN);
  }

  private Object value(RuleField field) {
    int start = skip();
    Optional<Object> value =
        field.isText() ? next(TEXT).map(RuleParser::unquoted) : next(NUMBER).map(Double::valueOf);
    String kind = field.isText() ? "a text in quotes" : "a number";
    Object found =
        value.orElseThrow(() -> expected(start, kind + " to compare " + field.word() + " with"));
    field
        .objection(found)
        .ifPresent(
            reason -> {
              throw expected(start, "something else: " + reason);
            });
    return found;
  }

  private static Object unquoted(String quoted) {
    return quoted.substring(1, quoted.length() - 1).replaceAll("\\\\(.)", "$1");
  }

  private static boolean holds(Object left, String operator, Object right) {
    if (left instanceof String word) {
      return word.equals(right) == operator.equals("==");
    }
    double a = (Double) left;
    double b = (Double) right;
    return switch (operator) {
      case "==" -> a == b;
      case "!=" -> a != b;
      case "<" -> a < b;
      case "<=" -> a <= b;
      case ">" -> a > b;
      default -> a >= b;
    };
  }

  /** Where the next thing begins. */
  private int skip() {
    Matcher space = SPACE.matcher(text).region(at, text.length());
    at = space.lookingAt() ? space.end() : at;
    return at;
  }

  private boolean take(String symbol) {
    boolean there = text.startsWith(symbol, skip());
    at += there ? symbol.length() : 0;
    return there;
  }

  private Optional<String> next(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(skip(), text.length());
    if (!matcher.lookingAt()) {
      return Optional.empty();
    }
    at = matcher.end();
    return Optional.of(matcher.group());
  }

  private IllegalArgumentException expected(int place, String what) {
    String found =
        place >= text.length()
            ? "the end"
            : text.substring(place, Math.min(text.length(), place + 12));
    return new IllegalArgumentException(
        "expected " + what + " at character " + (place + 1) + ", not " + found + ", in: " + text);
  }
}
