package io.coterie.broker;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Lets HiveMQ and what it brings along log warnings only, unless someone configured otherwise. */
final class QuietLogs {
  private static final List<String> NAMES =
      List.of("com.hivemq", "com.codahale", "io.netty", "jetbrains.exodus", "oshi", "migrations");

  private QuietLogs() {}

  static void apply() {
    for (String name : NAMES) {
      if (LoggerFactory.getLogger(name) instanceof Logger logger && logger.getLevel() == null) {
        logger.setLevel(Level.WARN);
      }
    }
  }
}
