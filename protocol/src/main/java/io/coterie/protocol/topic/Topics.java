package io.coterie.protocol.topic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Builds and parses the topics of one fleet. Hostile topics parse to nothing; only names that the
 * caller made up are refused with an exception.
 *
 * @param base first level or levels of every topic, such as {@code coterie} or {@code home/coterie}
 */
public record Topics(String base) {
  /**
   * How many agents a fleet may have. Names are free to whoever may publish: readers leave out
   * those beyond this.
   */
  public static final int MOST_AGENTS = 4_096;

  /** The base topic where none is chosen. */
  public static final String DEFAULT_BASE = "coterie";

  private static final int MAX_NAME = 64;

  /** Split once: every message's topic is parsed. */
  private static final Map<Topic, List<String>> LEVELS =
      Arrays.stream(Topic.values())
          .collect(Collectors.toMap(t -> t, t -> List.of(t.pattern().split("/", -1))));

  public Topics {
    if (base == null || !base.matches("[A-Za-z0-9._-]{1,64}(/[A-Za-z0-9._-]{1,64}){0,7}")) {
      throw new IllegalArgumentException(
          "must be names joined by '/', without '+', '#' or spaces: base=" + base);
    }
  }

  /** A parsed topic and its names, in the order of the pattern. */
  public record Parsed(Topic topic, List<String> names) {
    public Parsed {
      names = List.copyOf(names);
    }

    /** The first name: the agent, the deployment or the digest; empty for topics without names. */
    public String name() {
      return names.isEmpty() ? "" : names.get(0);
    }
  }

  /** Whether the text can be an agent's, a deployment's or a source's name. */
  public static boolean isName(String text) {
    return text != null
        && !text.isEmpty()
        && text.length() <= MAX_NAME
        && text.chars().allMatch(Topics::isNameCharacter);
  }

  private static boolean isNameCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }

  /**
   * Returns the text if it is a name.
   *
   * @throws IllegalArgumentException otherwise, naming the field
   */
  public static String checkName(String text, String field) {
    if (!isName(text)) {
      throw new IllegalArgumentException(
          "must be 1 to 64 letters, digits, '.', '_', '-': " + field + "=" + text);
    }
    return text;
  }

  /** The topic with its names filled in. */
  public String of(Topic topic, String... names) {
    for (String name : names) {
      checkName(name, topic.pattern());
    }
    return fill(topic, names);
  }

  /** A filter for the topic: the names given, then {@code +} for the rest. */
  public String filter(Topic topic, String... names) {
    return fill(topic, names);
  }

  /** What the topic means, or nothing if it is none of this fleet's. */
  public Optional<Parsed> parse(String topic) {
    if (!topic.startsWith(base + "/") || topic.length() > 1024) {
      return Optional.empty();
    }
    String[] levels = topic.substring(base.length() + 1).split("/", -1);
    for (Topic candidate : Topic.values()) {
      List<String> names = match(LEVELS.get(candidate), levels);
      if (names != null) {
        return Optional.of(new Parsed(candidate, names));
      }
    }
    return Optional.empty();
  }

  private String fill(Topic topic, String[] names) {
    StringBuilder out = new StringBuilder(base);
    int next = 0;
    for (String level : LEVELS.get(topic)) {
      out.append('/');
      if (level.startsWith("{")) {
        out.append(next < names.length ? names[next] : "+");
        next++;
      } else {
        out.append(level);
      }
    }
    if (next < names.length) {
      throw new IllegalArgumentException("too many names for " + topic.pattern());
    }
    return out.toString();
  }

  private static List<String> match(List<String> pattern, String[] levels) {
    if (pattern.size() != levels.length) {
      return null;
    }
    List<String> names = new ArrayList<>(2);
    for (int i = 0; i < levels.length; i++) {
      if (pattern.get(i).startsWith("{")) {
        if (!isName(levels[i])) {
          return null;
        }
        names.add(levels[i]);
      } else if (!pattern.get(i).equals(levels[i])) {
        return null;
      }
    }
    return names;
  }

  /** Whether an MQTT topic filter with {@code +} and {@code #} covers the topic. */
  public static boolean matches(String filter, String topic) {
    if (topic.startsWith("$") && !filter.startsWith("$")) {
      return false;
    }
    String[] f = filter.split("/", -1);
    String[] t = topic.split("/", -1);
    for (int i = 0; i < f.length; i++) {
      if (f[i].equals("#")) {
        return true;
      }
      if (i >= t.length || !(f[i].equals("+") || f[i].equals(t[i]))) {
        return false;
      }
    }
    return f.length == t.length;
  }
}
