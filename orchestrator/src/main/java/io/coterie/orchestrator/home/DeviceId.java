package io.coterie.orchestrator.home;

import io.coterie.protocol.topic.HomeAssistant;
import io.coterie.protocol.topic.Topics;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Identifier of one device of a fleet. No two agents or deployments of whatever fleets share one:
 * what discovery topics do not take, and {@code _} itself, is written as {@code _} and a letter
 * that no kind begins with.
 */
record DeviceId(Topics topics, Kind kind, String name) {
  /** What a device stands for. */
  enum Kind {
    AGENT,
    DEPLOYMENT;

    private String marker() {
      return "_" + name().toLowerCase(Locale.ROOT) + "-";
    }
  }

  /** Whether the topic announces a device of this fleet. */
  static boolean announces(Topics topics, String topic) {
    for (Kind kind : Kind.values()) {
      String start = HomeAssistant.DEVICES.replace("+/config", escape(topics.base()));
      if (topic.startsWith(start + kind.marker())) {
        return true;
      }
    }
    return false;
  }

  /** As one word of letters, digits, {@code _} and {@code -}. */
  String text() {
    return escape(topics.base()) + kind.marker() + escape(name);
  }

  /** Where it is announced. */
  String topic() {
    return HomeAssistant.device(text());
  }

  /** Identifier of one of its entities; {@code key} has no {@code -}. */
  String unique(String key) {
    return text() + "-" + key;
  }

  /** The name that an entity is to have in automations, unless it is taken. */
  String entity(String platform, String key) {
    String words = (topics.base() + "_" + name + "_" + key).toLowerCase(Locale.ROOT);
    return platform + "." + words.replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
  }

  private static String escape(String text) {
    return IntStream.range(0, text.length())
        .mapToObj(i -> escape(text.charAt(i)))
        .collect(Collectors.joining());
  }

  private static String escape(char c) {
    return switch (c) {
      case '_' -> "_u";
      case '.' -> "_p";
      case '/' -> "_s";
      default -> String.valueOf(c);
    };
  }
}
