package io.coterie.agent.boot;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;

/**
 * How everything is logged in a process of ours: on standard error, our own from the level in the
 * system property {@code coterie.log} on. Where that is not set, as in a program that embeds a hub
 * or an agent, nothing is decided here. In code rather than in a file of XML, whose parser would
 * make an agent's start longer and its archive of classes larger by a tenth. A file named by {@code
 * logback.configurationFile} goes first.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n%ex";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    String level = System.getProperty("coterie.log");
    if (level == null || System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    // HiveMQ shortens the stack traces it logs; nothing here depends on it.
    context.getStatusManager().add(new NopStatusListener());
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget(ConsoleTarget.SystemErr.getName());
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    context.getLogger("io.coterie").setLevel(Level.toLevel(level, Level.WARN));
    // Warns of CUDA libraries on machines without a GPU.
    context.getLogger("ai.djl").setLevel(Level.ERROR);
    // Networks come and go; who announces and looks says what becomes of that.
    context.getLogger("javax.jmdns").setLevel(Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
