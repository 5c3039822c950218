package io.coterie.agent.student;

import io.coterie.inference.ModelException;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inference thread: takes the newest frame, decodes it once, runs the students that the agent
 * holds for its deployment, and publishes their portions.
 *
 * <p>Thread-safe.
 */
public final class StudentWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StudentWorker.class);

  private static final int QUEUE_CAPACITY = 16;
  private static final float[] NO_VALUES = {};

  /** The students to run, and the plan they run under. */
  private record Duty(long epoch, List<LoadedStudent> students) {}

  private final String agent;
  private final Topics topics;
  private final Consumer<Message> publisher;
  private final FrameQueue queue = new FrameQueue(QUEUE_CAPACITY);
  private final AtomicLong failures = new AtomicLong();
  private final Object running = new Object();
  private final Thread thread;
  private volatile double throttle;
  private Duty duty = new Duty(0, List.of());

  /**
   * Starts the thread.
   *
   * @param throttle at least 1: emulates a board that is so many times slower, by waiting
   */
  public StudentWorker(String agent, Topics topics, Consumer<Message> publisher, double throttle) {
    this.agent = agent;
    this.topics = topics;
    this.publisher = publisher;
    this.throttle = throttle;
    thread = new Thread(this::work, "inference-" + agent);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * From the next frame on, runs these students. Waits for the frame that is being computed.
   *
   * @param retired students that nothing uses any more; they are closed
   */
  public void assign(
      long epoch, Collection<LoadedStudent> students, Collection<LoadedStudent> retired) {
    synchronized (running) {
      duty = new Duty(epoch, List.copyOf(students));
      retired.forEach(LoadedStudent::close);
    }
  }

  /** From the next stage on, emulates a board that is so many times slower; at least 1. */
  public void throttle(double factor) {
    throttle = factor;
  }

  /** Queues a frame; never blocks. */
  public void frame(Frame frame) {
    queue.add(frame);
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

  private void work() {
    try {
      for (Optional<Frame> next = queue.take(); next.isPresent(); next = queue.take()) {
        synchronized (running) {
          answer(next.get(), duty);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(Frame frame, Duty now) {
    List<LoadedStudent> students =
        now.students().stream()
            .filter(s -> s.role().deployment().equals(frame.deployment()))
            .toList();
    if (students.isEmpty()) {
      return;
    }
    LoadedStudent first = students.get(0);
    long waitedNs = System.nanoTime() - frame.arrivedNs();
    if (waitedNs > TimeUnit.MILLISECONDS.toNanos(first.role().deadlineMs())) {
      queue.countDropped();
      return;
    }
    FloatBuffer input = FloatBuffer.allocate(first.input().size());
    long startNs = System.nanoTime();
    try {
      FrameDecoder.decode(
          frame.message().payload(),
          frame.message().property(FrameDecoder.DTYPE),
          frame.message().property(FrameDecoder.SHAPE),
          first.input(),
          input);
    } catch (FrameRejectedException e) {
      publish(frame, first, now.epoch(), NO_VALUES, e.getMessage());
      return;
    }
    for (LoadedStudent student : students) {
      run(student, frame, input.flip(), now.epoch(), startNs);
      startNs = System.nanoTime();
    }
  }

  private void run(
      LoadedStudent student, Frame frame, FloatBuffer input, long epoch, long startNs) {
    try {
      float[] portion = student.run(input);
      emulateSlowness(System.nanoTime() - startNs);
      publish(frame, student, epoch, portion, "");
      student.measured((System.nanoTime() - startNs) / 1e6);
    } catch (ModelException e) {
      if (failures.incrementAndGet() == 1) {
        log.error("student failed: student={} reason={}", student.role(), e.getMessage());
      }
    }
  }

  private void emulateSlowness(long spentNs) {
    long untilNs = System.nanoTime() + (long) (spentNs * (throttle - 1));
    for (long left = untilNs - System.nanoTime(); left > 0; left = untilNs - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void publish(
      Frame frame, LoadedStudent student, long epoch, float[] values, String rejection) {
    String topic =
        topics.of(Topic.PORTION, frame.deployment(), Integer.toString(student.role().partition()));
    Portion portion =
        new Portion(
            frame.key(),
            student.role().bundle(),
            student.role().k(),
            student.role().partition(),
            epoch,
            agent,
            values,
            rejection);
    long expirySeconds = (student.role().deadlineMs() + 999) / 1000;
    publisher.accept(portion.toMessage(topic, expirySeconds, student.role().portions()));
  }

  @Override
  public void close() {
    queue.close();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
