package io.coterie.agent.pipeline;

import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.message.InboxMessage.Ack;
import io.coterie.protocol.message.InboxMessage.AckStatus;
import io.coterie.protocol.message.InboxMessage.Task;
import io.coterie.protocol.message.PipelineRole;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The tasks that came from others, and their acknowledgements (ours). Remembers the last {@value
 * #CAPACITY}, so that a duplicate is not computed twice.
 *
 * <pre>
 * task --does not fit, or I is full----------> refused
 *      --its frame is over-------------------> done
 *      --otherwise---------------------------> in progress --passed on or answered--> done
 *                                                          --nobody can compute it--> refused
 * duplicate, in progress --> ignored; done or refused --> the same acknowledgement again
 * </pre>
 *
 * Not thread-safe.
 */
final class ReceivedTasks {
  private static final int CAPACITY = 4096;

  private final String agent;
  private final Pipeline pipeline;
  private final Map<String, Optional<Ack>> tasks = new LinkedHashMap<>();
  private long refused;

  ReceivedTasks(String agent, Pipeline pipeline) {
    this.agent = agent;
    this.pipeline = pipeline;
  }

  /** Accepts a task if it is new and its segment, bundle and pipeline fit the role. */
  Optional<Work> take(
      Task task, PipelineRole role, boolean full, long nowNs, List<PipelineEffect> out) {
    Optional<Ack> before = tasks.get(name(task.sender(), task.id()));
    if (before != null) {
      before.ifPresent(again -> out.add(new PipelineEffect.Send(task.sender(), again)));
      return Optional.empty();
    }
    long leftMs = Math.min(task.remainingMs(), role.deadlineMs());
    long deadlineNs = nowNs + TimeUnit.MILLISECONDS.toNanos(leftMs);
    Work.Origin origin = new Work.Origin(task.sender(), task.id(), task.deployment(), nowNs);
    Work work = Work.of(task, deadlineNs, origin);
    if (full || !fits(task, role)) {
      refuse(work, nowNs, out);
      return Optional.empty();
    }
    if (leftMs <= 0) {
      done(work, nowNs, out);
      return Optional.empty();
    }
    put(name(task.sender(), task.id()), Optional.empty());
    return Optional.of(work);
  }

  private boolean fits(Task task, PipelineRole role) {
    return task.deployment().equals(role.deployment())
        && task.bundle().equals(role.bundle())
        && task.pipeline().equals(role.pipeline())
        && role.holds(task.segment())
        && task.segment() <= pipeline.exits()
        && (task.segment() == 1
            || task.activation().length == pipeline.segment(task.segment() - 1).activationSize());
  }

  /** The frame was answered, passed on or needs nothing more. */
  void done(Work work, long nowNs, List<PipelineEffect> out) {
    work.origin().ifPresent(origin -> end(origin, AckStatus.DONE, nowNs, out));
  }

  /** Refuses the task towards its sender, if it came from another board. */
  void refuse(Work work, long nowNs, List<PipelineEffect> out) {
    work.origin()
        .ifPresent(
            origin -> {
              refused++;
              end(origin, AckStatus.REFUSED, nowNs, out);
            });
  }

  long refused() {
    return refused;
  }

  private void end(Work.Origin origin, AckStatus status, long nowNs, List<PipelineEffect> out) {
    double heldMs = Math.max(0, (nowNs - origin.receivedNs()) / 1e6);
    Ack ack = new Ack(origin.id(), agent, origin.deployment(), status, heldMs);
    put(name(origin.sender(), origin.id()), Optional.of(ack));
    out.add(new PipelineEffect.Send(origin.sender(), ack));
  }

  private void put(String name, Optional<Ack> receipt) {
    tasks.put(name, receipt);
    if (tasks.size() > CAPACITY) {
      tasks.remove(tasks.keySet().iterator().next());
    }
  }

  /** A key for the sender and its identifier, neither of which contains a slash. */
  private static String name(String sender, String id) {
    return sender + "/" + id;
  }
}
