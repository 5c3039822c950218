package io.coterie.agent;

import io.coterie.agent.board.BoardSettings;
import io.coterie.agent.board.HardwareStatus;
import io.coterie.agent.capture.Camera;
import io.coterie.agent.gpio.Condition;
import io.coterie.agent.gpio.Panel;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what is attached to the board: pins, a camera, and the hardware's own status. If nothing is
 * attached, none of their classes is loaded.
 *
 * <p>Thread-safe.
 */
final class Peripherals implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Peripherals.class);

  private final String agent;
  private final Set<String> filters = new HashSet<>();
  private final HardwareStatus hardware;
  private final Optional<Camera> camera;
  private final Optional<Panel> panel;
  private final boolean light;

  /**
   * Starts the peripherals that the options name. They call back on any thread.
   *
   * @param publisher must not block
   * @param connected whether the broker is there
   * @param drainOrResume what a long press of the button does
   * @param problems hears of peripherals that do not work; the agent itself goes on
   */
  Peripherals(
      AgentOptions options,
      HardwareStatus hardware,
      Consumer<Message> publisher,
      BooleanSupplier connected,
      Runnable drainOrResume,
      Consumer<String> problems) {
    BoardSettings board = options.board();
    Topics topics = options.topics();
    this.hardware = hardware;
    agent = options.id();
    board.gpio().deployments().forEach(d -> filters.add(topics.filter(Topic.RESULT, d)));
    board.camera().ifPresent(it -> filters.add(topics.filter(Topic.RESULT, it.deployment())));
    camera =
        board.camera().map(it -> new Camera(agent, it, topics, publisher, connected, problems));
    panel =
        board.gpio().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Panel(
                    agent,
                    board.gpio(),
                    drainOrResume,
                    () -> camera.ifPresent(Camera::trigger),
                    problems));
    light = board.gpio().led().isPresent();
  }

  /** The topic filters whose messages {@link #received} needs. */
  Set<String> filters() {
    return Set.copyOf(filters);
  }

  /** The agent has these roles now. */
  void assigned(Assignment assignment) {
    camera.ifPresent(it -> it.deadline(assignment.deadlineMs(it.deployment())));
  }

  /** Processes a message of any topic. Called on the bus's thread. */
  void received(Topics.Parsed topic, Message message) {
    if (topic.topic() == Topic.RESULT) {
      panel.ifPresent(it -> it.result(topic.name(), message.payload()));
      if (topic.names().get(1).equals(agent)) {
        camera.ifPresent(it -> it.result(message.payload()));
      }
    }
  }

  /** Whether there is an LED that shows the agent's status and needs {@link #look}. */
  boolean hasLight() {
    return light;
  }

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

  /** Identifies the board by its LED, or by a line in the log. */
  void identify() {
    panel.ifPresentOrElse(Panel::identify, () -> log.info("identify: agent={} led=false", agent));
  }

  /** Adds the status of the hardware and the camera to the report. */
  Report complete(Report report) {
    return report.with(hardware.read().orElse(null), camera.map(Camera::report).orElse(null));
  }

  @Override
  public void close() {
    camera.ifPresent(Camera::close);
    panel.ifPresent(Panel::close);
  }
}
