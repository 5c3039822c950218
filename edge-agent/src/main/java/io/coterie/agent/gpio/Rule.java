package io.coterie.agent.gpio;

import io.coterie.protocol.message.Result;
import java.util.function.Function;

/**
 * When an output is to be on, such as {@code label == "person" && confidence > 0.8}.
 *
 * <pre>
 * rule       = all { "||" all }
 * all        = one { "&amp;&amp;" one }
 * one        = "!" one | "(" rule ")" | field operator value
 * field      = label | status | source | confidence | latencyMs
 * operator   = == | != | &lt; | &lt;= | &gt; | &gt;=          (texts: == and != only)
 * value      = number | text in " or '
 * </pre>
 *
 * <p>A frame without an answer has no label and no confidence: what compares these is neither true
 * nor false of it, and neither is its negation. So a missing answer never looks like another one.
 *
 * <p>Immutable, thread-safe.
 */
public final class Rule {
  /** Longer ones are refused. */
  static final int LONGEST = 500;

  private final String text;
  private final Function<Result, Truth> meaning;

  private Rule(String text, Function<Result, Truth> meaning) {
    this.text = text;
    this.meaning = meaning;
  }

  /**
   * Reads a rule.
   *
   * @throws IllegalArgumentException naming the place and what was expected there
   */
  public static Rule parse(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "must have at most " + LONGEST + " characters, not " + text.length());
    }
    return new Rule(text, new RuleParser(text).parse());
  }

  /** Whether the result has everything that the rule asks for. */
  public boolean holds(Result result) {
    return meaning.apply(result) == Truth.TRUE;
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rule rule && rule.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
