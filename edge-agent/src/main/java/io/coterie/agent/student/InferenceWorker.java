package io.coterie.agent.student;

import io.coterie.agent.throttle.Throttle;
import io.coterie.agent.trace.Trace;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
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
 * The inference thread: takes the newest frame, decodes it once, runs the students that the agent
 * holds for its deployment, and publishes their portions.
 *
 * <p>Thread-safe.
 */
public final class InferenceWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InferenceWorker.class);

  private static final int QUEUE_CAPACITY = 16;
  private static final float[] NO_VALUES = {};

  /** The students to run, and the plan they run under. */
  private record Duty(long epoch, List<LoadedStudent> students) {}

  private final String agent;
  private final Topics topics;
  private final Consumer<Message> publisher;
  private final FrameQueue queue = new FrameQueue(QUEUE_CAPACITY);
  private final FrameStops stops = new FrameStops();
  private final AtomicLong failures = new AtomicLong();
  private final Thread thread;
  private final Throttle throttle;

  /** Held only for moments, so that {@link #assign} never waits for an inference. */
  private final Object lock = new Object();

  private Duty duty = new Duty(0, List.of());
  private boolean busy;
  private final List<LoadedStudent> leaving = new ArrayList<>();

  /**
   * Starts the thread.
   *
   * @param throttle of the board that is emulated
   */
  public InferenceWorker(
      String agent, Topics topics, Consumer<Message> publisher, Throttle throttle) {
    this.agent = agent;
    this.topics = topics;
    this.publisher = publisher;
    this.throttle = throttle;
    thread = new Thread(this::work, "inference-" + agent);
    thread.setDaemon(true);
    thread.start();
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
      if (!busy) {
        closeLeaving();
      }
    }
  }

  private void closeLeaving() {
    leaving.forEach(LoadedStudent::close);
    leaving.clear();
  }

  /** Queues a frame; never blocks. */
  public void frame(Frame frame) {
    stops.arrived(frame.id());
    queue.add(frame).ifPresent(oldest -> stops.finished(oldest.id(), false));
  }

  /** Processes a control message of the fuser; never blocks. A message that is none is ignored. */
  public void control(String deployment, Message message) {
    try {
      Control control = Json.read(message.payload(), Control.class);
      stops.onControl(new FrameStops.FrameId(deployment, control.key()), control);
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

  /** Inferences that failed. */
  public long failures() {
    return failures.get();
  }

  /** Counts of stopped frames: in time, late and unknown. */
  public Report.Stops stops() {
    return stops.counts();
  }

  private void work() {
    try {
      for (Optional<Frame> next = queue.take(); next.isPresent(); next = queue.take()) {
        boolean cut = answer(next.get(), begin());
        stops.finished(next.get().id(), cut);
        end();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
  }

  private Duty begin() {
    synchronized (lock) {
      busy = true;
      return duty;
    }
  }

  private void end() {
    synchronized (lock) {
      busy = false;
      closeLeaving();
    }
  }

  /** Returns whether stages were dropped because the frame was stopped. */
  private boolean answer(Frame frame, Duty now) throws InterruptedException {
    List<LoadedStudent> students =
        now.students().stream()
            .filter(s -> s.role().deployment().equals(frame.deployment()))
            .toList();
    if (students.isEmpty()) {
      return false;
    }
    if (stops.isStopped(frame.id())) {
      return true;
    }
    long waitedNs = System.nanoTime() - frame.arrivedNs();
    if (waitedNs > TimeUnit.MILLISECONDS.toNanos(students.get(0).role().deadlineMs())) {
      queue.countDropped();
      return false;
    }
    boolean cut = false;
    for (List<LoadedStudent> sameBundle : byBundle(students)) {
      cut |= answer(frame, sameBundle, now.epoch());
    }
    return cut;
  }

  /**
   * Groups the students by bundle, in their order, because each bundle has an input format of its
   * own.
   */
  private static Collection<List<LoadedStudent>> byBundle(List<LoadedStudent> students) {
    Map<String, List<LoadedStudent>> all = new LinkedHashMap<>();
    for (LoadedStudent student : students) {
      all.computeIfAbsent(student.role().bundle(), bundle -> new ArrayList<>()).add(student);
    }
    return all.values();
  }

  private boolean answer(Frame frame, List<LoadedStudent> students, long epoch)
      throws InterruptedException {
    LoadedStudent first = students.get(0);
    FloatBuffer image = FloatBuffer.allocate(first.input().size());
    PublishingSink sink = new PublishingSink(frame, epoch);
    long startNs = System.nanoTime();
    try {
      decode(frame, first, image);
    } catch (FrameRejectedException e) {
      sink.publish(first, 1, NO_VALUES, e.getMessage());
      return false;
    }
    long decodingNs = System.nanoTime() - startNs;
    return new StagedInference(frame.id(), stops, students, image.flip(), decodingNs, sink).run();
  }

  private static void decode(Frame frame, LoadedStudent student, FloatBuffer image)
      throws FrameRejectedException {
    FrameDecoder.decode(
        frame.message().payload(),
        frame.message().property(FrameDecoder.DTYPE),
        frame.message().property(FrameDecoder.SHAPE),
        student.input(),
        image);
  }

  /** Publishes the portions of one frame under one plan. */
  private final class PublishingSink implements StagedInference.PortionSink {
    private final Frame frame;
    private final long epoch;

    PublishingSink(Frame frame, long epoch) {
      this.frame = frame;
      this.epoch = epoch;
    }

    @Override
    public void publish(LoadedStudent student, int exit, float[] portion) {
      publish(student, exit, portion, "");
    }

    void publish(LoadedStudent student, int exit, float[] values, String rejection) {
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
      publisher.accept(trace(student, exit).mark(message));
    }

    private Trace trace(LoadedStudent student, int exit) {
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

    @Override
    public void failed(LoadedStudent student, ModelException reason) {
      if (failures.incrementAndGet() == 1) {
        log.error("student failed: student={} reason={}", student.role(), reason.getMessage());
      }
    }

    @Override
    public Throttle throttle() {
      return throttle;
    }
  }

  @Override
  public void close() {
    queue.close();
    stops.close();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
