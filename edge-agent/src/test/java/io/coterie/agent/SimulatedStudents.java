package io.coterie.agent;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import io.coterie.protocol.simulation.SimulatedMachine;
import io.coterie.protocol.simulation.VirtualTime;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** Computes portions of the newest frames, one at a time, in the time that its board takes. */
final class SimulatedStudents {
  private static final int QUEUE = 16;

  private record Frame(String deployment, FrameKey key, long arrivedNs) {}

  private static final class Times {
    private long frames;
    private double totalMs;
  }

  private final String agent;
  private final Topics topics;
  private final SimulatedMachine machine;
  private final Consumer<Message> publisher;
  private final ToIntFunction<StudentRole> sizes;
  private final double usualMs;
  private final Deque<Frame> queue = new ArrayDeque<>();
  private Map<StudentRole, Times> students = new LinkedHashMap<>();
  private long epoch;
  private boolean busy;
  private long dropped;

  /**
   * Idle.
   *
   * @param sizes number of values of a student's portion
   * @param usualMs what one student takes, more or less
   */
  SimulatedStudents(
      String agent,
      Topics topics,
      SimulatedMachine machine,
      Consumer<Message> publisher,
      ToIntFunction<StudentRole> sizes,
      double usualMs) {
    this.agent = agent;
    this.topics = topics;
    this.machine = machine;
    this.publisher = publisher;
    this.sizes = sizes;
    this.usualMs = usualMs;
  }

  void assign(long newEpoch, List<StudentRole> roles) {
    Map<StudentRole, Times> before = students;
    students = new LinkedHashMap<>();
    roles.forEach(role -> students.put(role, before.getOrDefault(role, new Times())));
    epoch = newEpoch;
  }

  boolean computes(String deployment) {
    return students.keySet().stream().anyMatch(role -> role.deployment().equals(deployment));
  }

  List<StudentRole> roles() {
    return List.copyOf(students.keySet());
  }

  void frame(String deployment, FrameKey key) {
    if (queue.size() == QUEUE) {
      queue.removeLast();
      dropped++;
    }
    queue.addFirst(new Frame(deployment, key, machine.time().nowNs()));
    next();
  }

  private void next() {
    while (!busy && !queue.isEmpty()) {
      Frame frame = queue.removeFirst();
      List<StudentRole> roles =
          students.keySet().stream()
              .filter(role -> role.deployment().equals(frame.deployment()))
              .toList();
      long waitedNs = machine.time().nowNs() - frame.arrivedNs();
      if (!roles.isEmpty() && waitedNs > roles.get(0).deadlineMs() * VirtualTime.MS) {
        dropped++;
      } else if (!roles.isEmpty()) {
        busy = true;
        compute(frame, epoch, new ArrayDeque<>(roles));
      }
    }
  }

  private void compute(Frame frame, long under, Deque<StudentRole> rest) {
    if (rest.isEmpty()) {
      busy = false;
      next();
      return;
    }
    StudentRole role = rest.remove();
    long tookNs = machine.time().between(0.8 * usualMs, 1.3 * usualMs);
    machine.after(
        tookNs,
        () -> {
          Times times = students.getOrDefault(role, new Times());
          times.frames++;
          times.totalMs += tookNs / (double) VirtualTime.MS;
          publisher.accept(portion(frame, under, role));
          compute(frame, under, rest);
        });
  }

  private Message portion(Frame frame, long under, StudentRole role) {
    Portion portion =
        new Portion(
            frame.key(),
            role.bundle(),
            role.strategy(),
            role.k(),
            role.partition(),
            1,
            under,
            agent,
            new float[sizes.applyAsInt(role)],
            "");
    String topic = topics.of(Topic.PORTION, frame.deployment(), Integer.toString(role.partition()));
    return portion.toMessage(topic, 1, role.portions());
  }

  /** What the agent reports. */
  Report report(long incarnation, List<String> fusers, List<Report.FuserReport> fused) {
    List<Report.ModelTime> times = new ArrayList<>();
    students.forEach((role, time) -> times.add(time(role, time)));
    return new Report(
        incarnation,
        queue.size(),
        dropped,
        0,
        times,
        fusers,
        List.of(),
        fused,
        Report.Stops.NONE,
        List.of());
  }

  private Report.ModelTime time(StudentRole role, Times times) {
    return new Report.ModelTime(
        role.bundle(),
        role.strategy(),
        role.k(),
        role.partition(),
        role.student(),
        times.frames == 0 ? 0 : times.totalMs / times.frames,
        times.frames,
        times.totalMs,
        List.of());
  }
}
