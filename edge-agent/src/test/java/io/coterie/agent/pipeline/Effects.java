package io.coterie.agent.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.message.InboxMessage;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.PipelineRule;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads effects, and makes the roles and messages of the boards a, b and c. */
final class Effects {
  static final long DEADLINE_MS = 10_000;
  static final int EXITS = 3;

  private Effects() {}

  static <E extends PipelineEffect> List<E> all(List<PipelineEffect> effects, Class<E> type) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  static Work job(List<PipelineEffect> effects) {
    return only(effects, PipelineEffect.Compute.class).work();
  }

  static PipelineResult response(List<PipelineEffect> effects) {
    return only(effects, PipelineEffect.Respond.class).answered();
  }

  static <E extends PipelineEffect> E only(List<PipelineEffect> effects, Class<E> type) {
    assertEquals(1, all(effects, type).size(), effects::toString);
    return all(effects, type).get(0);
  }

  static <M extends InboxMessage> List<M> sent(List<PipelineEffect> effects, Class<M> type) {
    return all(effects, PipelineEffect.Send.class).stream()
        .map(PipelineEffect.Send::message)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  static void assertNone(List<PipelineEffect> effects, Class<? extends PipelineEffect> type) {
    assertEquals(List.of(), all(effects, type));
  }

  static PipelineRole.Neighbour neighbour(String name, Integer... segments) {
    return new PipelineRole.Neighbour(name, List.of(segments));
  }

  /** Holds all segments; a is the source and b the standby. */
  static PipelineRole role(double threshold, PipelineRole.Neighbour... neighbours) {
    return role(List.of(1, 2, 3), "a", "b", threshold, neighbours);
  }

  static PipelineRole role(
      List<Integer> segments,
      String source,
      String standby,
      double threshold,
      PipelineRole.Neighbour... neighbours) {
    return Pipelines.role(
        segments,
        source,
        standby,
        List.of(neighbours),
        DEADLINE_MS,
        Pipelines.fixed(threshold),
        Pipelines.rule(PipelineRule.Admission.RATE));
  }

  /** What comes of a job whose answer has the score. */
  static Computed computed(Work job, double score) {
    int values = job.segment() == EXITS ? 0 : Pipelines.VALUES;
    return Computed.of(job, 10, Pipelines.logits(score), new float[values]);
  }

  /** A board with its first role. */
  static WorkerCore worker(String agent, PipelineRole role) {
    WorkerCore worker = new WorkerCore(agent, Pipelines.of(4000, 8000, 8000), 7);
    worker.assign(role, 1, 0);
    return worker;
  }

  static List<PipelineEffect> frame(WorkerCore worker, String id, long nowNs) {
    return worker.frame(Pipelines.arrival(id), Pipelines.message(id), nowNs);
  }

  static Load load(int queued, double waitMs) {
    return new Load(Pipelines.DEPLOYMENT, queued, waitMs, 0);
  }

  static InboxMessage.Task task(String id, String sender, String frame, int segment) {
    return task(id, sender, frame, segment, DEADLINE_MS, Pipelines.VALUES);
  }

  static InboxMessage.Task task(
      String id, String sender, String frame, int segment, long leftMs, int values) {
    List<String> path = IntStream.range(1, segment).mapToObj(i -> sender).toList();
    return new InboxMessage.Task(
        id,
        sender,
        Pipelines.DEPLOYMENT,
        Pipelines.BUNDLE,
        "net",
        segment,
        Pipelines.arrival(frame).key(),
        leftMs,
        path,
        segment == 1 ? Optional.of(Pipelines.message(frame)) : Optional.empty(),
        new float[segment == 1 ? 0 : values]);
  }

  static InboxMessage.Ack ack(InboxMessage.Task task, String from, InboxMessage.AckStatus status) {
    return new InboxMessage.Ack(task.id(), from, Pipelines.DEPLOYMENT, status, 1);
  }

  static InboxMessage.Answer answer(String frame, int exit, String... path) {
    return new InboxMessage.Answer(
        Pipelines.DEPLOYMENT,
        Pipelines.BUNDLE,
        "net",
        Pipelines.arrival(frame).key(),
        exit,
        List.of(path),
        Pipelines.logits(0.1));
  }
}
