package io.coterie.agent.student;

import io.coterie.agent.compute.Processor;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import io.coterie.protocol.trace.Trace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The students of an agent at work: takes the newest frame, has the engine run the students that
 * the agent holds for its deployment, and publishes their portions.
 *
 * <p>Thread-safe.
 */
public final class InferenceWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InferenceWorker.class);

  private static final int QUEUE_CAPACITY = 16;

  /** The students to run, and the plan they run under. */
  private record Duty(long epoch, List<LoadedStudent> students) {}

  private final String agent;
  private final Topics topics;
  private final Consumer<Message> publisher;
  private final Processor processor;
  private final FrameQueue queue = new FrameQueue(QUEUE_CAPACITY);
  private final FrameStops stops = new FrameStops();
  private final AtomicLong failures = new AtomicLong();

  /** Held for moments only: neither inference nor waiting may keep {@link #assign} waiting. */
  private final Object lock = new Object();

  private Duty duty = new Duty(0, List.of());
  private boolean busy;
  private boolean closed;
  private final List<LoadedStudent> leaving = new ArrayList<>();

  /**
   * Has no students yet.
   *
   * @param processor whoever made its engine closes it
   */
  public InferenceWorker(
      String agent, Topics topics, Consumer<Message> publisher, Processor processor) {
    this.agent = agent;
    this.topics = topics;
    this.publisher = publisher;
    this.processor = processor;
  }

  /**
   * From the next frame on, runs these students. Never blocks: the frame that is being computed
   * goes through its remaining stages as it began.
   *
   * @param retired students that nothing else uses any more; they are closed after that frame
   */
  public void assign(
      long epoch, Collection<LoadedStudent> students, Collection<LoadedStudent> retired) {
    synchronized (lock) {
      duty = new Duty(epoch, List.copyOf(students));
      leaving.addAll(retired);
      closeLeaving();
    }
  }

  /** On the engine's thread, behind everything that was begun with them. */
  private void closeLeaving() {
    if (!busy && !leaving.isEmpty()) {
      List<LoadedStudent> over = List.copyOf(leaving);
      leaving.clear();
      processor.afterwards(() -> over.forEach(LoadedStudent::close));
    }
  }

  /** Queues a frame; never blocks. */
  public void frame(Frame frame) {
    stops.arrived(frame.id());
    queue.add(frame).ifPresent(oldest -> stops.finished(oldest.id(), false));
    begin();
  }

  /** Takes what the fuser says about a frame; never blocks. Anything else is ignored. */
  public void control(String deployment, Message message) {
    try {
      Control control = Json.read(message.payload(), Control.class);
      stops.onControl(new FrameStops.Id(deployment, control.key()), control);
    } catch (JsonException e) {
      log.warn("ignored: topic={} reason={}", message.topic(), e.getMessage());
    }
  }

  public int queued() {
    return queue.size();
  }

  /** Frames that were dropped because others were newer, or because they had waited too long. */
  public long dropped() {
    return queue.dropped();
  }

  public long failures() {
    return failures.get();
  }

  /** What came of the frames that were to be stopped. */
  public Report.Stops stops() {
    return stops.counts();
  }

  /**
   * Begins the newest frame that anybody here can compute in time, unless one is being computed.
   */
  private void begin() {
    synchronized (lock) {
      while (!busy && !closed) {
        Optional<Frame> newest = queue.take();
        if (newest.isEmpty()) {
          return;
        }
        Frame frame = newest.get();
        List<List<LoadedStudent>> students = byBundle(frame.deployment());
        if (students.isEmpty()) {
          stops.finished(frame.id(), false);
        } else if (stops.isStopped(frame.id())) {
          stops.finished(frame.id(), true);
        } else if (isLate(frame, students.get(0).get(0).role())) {
          queue.countDropped();
          stops.finished(frame.id(), false);
        } else {
          busy = true;
          compute(frame, duty.epoch(), students.iterator(), false);
        }
      }
    }
  }

  private boolean isLate(Frame frame, StudentRole role) {
    return processor.sinceNs(frame.arrivedNs()) > TimeUnit.MILLISECONDS.toNanos(role.deadlineMs());
  }

  /** In their order; each bundle's read their own kind of input. */
  private List<List<LoadedStudent>> byBundle(String deployment) {
    Map<String, List<LoadedStudent>> all = new LinkedHashMap<>();
    for (LoadedStudent student : duty.students()) {
      if (student.role().deployment().equals(deployment)) {
        all.computeIfAbsent(student.role().bundle(), bundle -> new ArrayList<>()).add(student);
      }
    }
    return List.copyOf(all.values());
  }

  /** One frame under one plan, one bundle after the other. */
  private void compute(
      Frame frame, long epoch, Iterator<List<LoadedStudent>> bundles, boolean cutBefore) {
    if (bundles.hasNext()) {
      new StagedInference(
              frame,
              epoch,
              bundles.next(),
              this,
              processor,
              stops,
              cut -> compute(frame, epoch, bundles, cutBefore || cut))
          .begin();
      return;
    }
    stops.finished(frame.id(), cutBefore);
    synchronized (lock) {
      busy = false;
      closeLeaving();
    }
    begin();
  }

  /** A stage failed: its student gives nothing more for this frame. On the engine's thread. */
  void failed(LoadedStudent student, Exception reason) {
    if (failures.incrementAndGet() == 1) {
      log.error("student failed: student={} reason={}", student.role(), reason.getMessage());
    }
  }

  /**
   * A student reached an exit, or cannot use the frame. On the engine's thread.
   *
   * @param values used again afterwards; empty where it cannot
   * @param rejection why it cannot, else empty
   */
  void publish(
      Frame frame, long epoch, LoadedStudent student, int exit, float[] values, String rejection) {
    StudentRole role = student.role();
    String partition = Integer.toString(role.partition());
    Portion portion =
        new Portion(
            frame.key(),
            role.bundle(),
            role.strategy(),
            role.k(),
            role.partition(),
            exit,
            epoch,
            agent,
            values,
            rejection);
    Message message =
        portion.toMessage(
            topics.of(Topic.PORTION, frame.deployment(), partition),
            (role.deadlineMs() + 999) / 1000,
            role.portions());
    publisher.accept(trace(frame, student, exit).mark(message));
  }

  private Trace trace(Frame frame, LoadedStudent student, int exit) {
    Trace trace = Trace.of(frame.message());
    return trace.isNone()
        ? trace
        : trace.done(
            "student",
            frame.arrivedNs(),
            Map.of(
                "agent", agent,
                "deployment", frame.deployment(),
                "source", frame.key().source(),
                "frame", frame.key().frame(),
                "student", student.role().student(),
                "partition", Integer.toString(student.role().partition()),
                "exit", Integer.toString(exit)));
  }

  /**
   * Stops the frame that is being computed and begins no other. What is handed to the engine from
   * now on runs after everything that uses the students.
   */
  @Override
  public void close() {
    List<LoadedStudent> over;
    synchronized (lock) {
      closed = true;
      over = List.copyOf(leaving);
      leaving.clear();
    }
    stops.close();
    // Behind the stage that runs; those after it find the frame stopped.
    processor.afterwards(() -> over.forEach(LoadedStudent::close));
  }
}
