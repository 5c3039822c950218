package io.coterie.agent;

import io.coterie.agent.board.BoardSettings;
import io.coterie.agent.board.HardwareStatus;
import io.coterie.agent.capture.Camera;
import io.coterie.agent.gpio.Condition;
import io.coterie.agent.gpio.Panel;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is attached to the board, at work: pins, a camera, and what the hardware tells of itself.
 * Where nothing is attached, nothing of it is even loaded.
 *
 * <p>Thread-safe.
 */
final class Peripherals implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Peripherals.class);

  /** The agent, as the peripherals see it. Methods may be called on any thread and do not block. */
  interface Host {
    void publish(Message message);

    boolean connected();

    /** The button was held. */
    void drainOrResume();

    /** Something does not work, and keeps the agent from nothing. */
    void warn(String message);
  }

  private final String agent;
  private final Set<String> filters = new HashSet<>();
  private final HardwareStatus hardware;
  private final Optional<Camera> camera;
  private final Optional<Panel> panel;
  private final boolean light;

  /** Begins to look after what the options name. */
  Peripherals(AgentOptions options, HardwareStatus hardware, Host host) {
    BoardSettings board = options.board();
    Topics topics = options.topics();
    this.hardware = hardware;
    agent = options.id();
    board.gpio().deployments().forEach(d -> filters.add(topics.filter(Topic.RESULT, d)));
    board.camera().ifPresent(it -> filters.add(topics.filter(Topic.RESULT, it.deployment())));
    camera =
        board
            .camera()
            .map(it -> new Camera(agent, it, topics, host::publish, host::connected, host::warn));
    panel =
        board.gpio().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Panel(
                    agent,
                    board.gpio(),
                    host::drainOrResume,
                    () -> camera.ifPresent(Camera::trigger),
                    host::warn));
    light = board.gpio().led().isPresent();
  }

  /** Of topics that {@link #received} needs to hear. */
  Set<String> filters() {
    return Set.copyOf(filters);
  }

  /** A message of any topic; on the bus's thread. */
  void received(Topics.Parsed topic, Message message) {
    if (topic.topic() == Topic.RESULT) {
      panel.ifPresent(it -> it.result(topic.name(), message.payload()));
      if (topic.names().get(1).equals(agent)) {
        camera.ifPresent(it -> it.result(message.payload()));
      }
    }
  }

  /** Whether there is an LED that wants to be {@linkplain #look shown} how the agent does. */
  boolean hasLight() {
    return light;
  }

  /** Shows how the agent does. */
  void look(Report report, boolean connected, boolean draining, long problems) {
    boolean assigned =
        !report.models().isEmpty() || !report.fusers().isEmpty() || !report.pipelines().isEmpty();
    long students = report.models().stream().mapToLong(Report.ModelTime::frames).sum();
    long segments =
        report.pipelines().stream()
            .map(Report.PipelineReport::computed)
            .flatMap(Collection::stream)
            .mapToLong(Long::longValue)
            .sum();
    Condition condition =
        new Condition(
            connected,
            draining,
            assigned,
            students + segments,
            report.failures() + problems,
            report.droppedFrames(),
            isImpaired(report));
    panel.ifPresent(it -> it.seen(condition));
  }

  private static boolean isImpaired(Report report) {
    boolean slowed = report.board() != null && !report.board().throttled().isEmpty();
    return slowed || (report.capture() != null && report.capture().problem() != null);
  }

  /** Shows which board this is, or says so in the log. */
  void identify() {
    panel.ifPresentOrElse(Panel::identify, () -> log.info("identify: agent={} led=false", agent));
  }

  /** The report with what the hardware and the camera tell. */
  Report complete(Report report) {
    return report.with(hardware.read().orElse(null), camera.map(Camera::report).orElse(null));
  }

  @Override
  public void close() {
    camera.ifPresent(Camera::close);
    panel.ifPresent(Panel::close);
  }
}
