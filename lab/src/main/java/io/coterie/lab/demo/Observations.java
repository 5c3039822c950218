package io.coterie.lab.demo;

import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Everything that a run hears of its fleet. Hears on the bus's thread, is read on another. */
final class Observations {
  private final Topics topics;
  private final String deployment;
  private final Ledger ledger;
  private final KillLog kills = new KillLog();
  private final LiveTable table;
  private final StageLedger stages;
  private final PipelineLedger pipeline;
  private volatile Optional<PlanMessage> plan = Optional.empty();

  /**
   * Of nothing yet.
   *
   * @param exits where frames can leave, at least 1
   */
  Observations(Topics topics, Bundle bundle, int exits) {
    this.topics = topics;
    deployment = bundle.manifest().name();
    ledger = new Ledger(exits);
    table = new LiveTable(deployment);
    stages = new StageLedger(bundle);
    pipeline = new PipelineLedger(deployment);
  }

  /** Begins to listen. */
  void follow(MessageBus bus, String source) {
    hear(bus, topics.of(Topic.RESULT, deployment, source), 1, Result.class, this::result);
    hear(bus, topics.filter(Topic.AGENT_STATE), 1, AgentState.class, this::state);
    hear(bus, topics.of(Topic.DEPLOYMENT_PLAN, deployment), 1, PlanMessage.class, this::plan);
    hear(bus, topics.filter(Topic.AGENT_REPORT), 0, Report.class, this::report);
    hear(bus, topics.filter(Topic.AGENT_LOAD), 0, Load.class, (agent, load) -> pipeline.load(load));
    String control = topics.of(Topic.CONTROL, deployment);
    hear(bus, control, 1, Admitted.class, (name, admitted) -> pipeline.admitted(admitted));
  }

  private <T> void hear(
      MessageBus bus, String filter, int qos, Class<T> type, BiConsumer<String, T> handler) {
    bus.subscribe(
        filter,
        qos,
        message ->
            read(message, type)
                .ifPresent(
                    value ->
                        handler.accept(topics.parse(message.topic()).orElseThrow().name(), value)));
  }

  private static <T> Optional<T> read(Message message, Class<T> type) {
    try {
      return Optional.of(Json.read(message.payload(), type));
    } catch (JsonException e) {
      return Optional.empty();
    }
  }

  private void result(String unused, Result result) {
    ledger.received(result, System.nanoTime());
  }

  private void state(String agent, AgentState state) {
    kills.state(agent, state.state(), System.nanoTime());
  }

  private void plan(String unused, PlanMessage newPlan) {
    kills.plan(newPlan, System.nanoTime());
    table.plan(newPlan);
    plan = Optional.of(newPlan);
  }

  private void report(String agent, Report report) {
    table.report(agent, report);
    stages.report(agent, report, System.nanoTime());
    pipeline.report(agent, report);
  }

  Ledger ledger() {
    return ledger;
  }

  KillLog kills() {
    return kills;
  }

  StageLedger stages() {
    return stages;
  }

  PipelineLedger pipeline() {
    return pipeline;
  }

  /** The boards of each of the present plan's groups. */
  List<List<String>> groups() {
    return plan.stream().flatMap(p -> p.groups().stream()).map(PlanMessage.Group::agents).toList();
  }

  /** One line for every board, and one for the plan. */
  List<String> table(DemoProcesses boards) {
    return table.lines(boards.throttles(), boards.alive());
  }

  /** What it came to so far, in one line. */
  String line() {
    Ledger.Totals totals = ledger.totals();
    return String.format(
        Locale.ROOT,
        "sent %d  ok %d  degraded %d  expired %d  rejected %d  open %d  accuracy %.1f %%"
            + "  p50 %.1f ms  p99 %.1f ms  kills %d",
        totals.sent(),
        totals.ok(),
        totals.degraded(),
        totals.expired(),
        totals.rejected(),
        totals.open(),
        100 * totals.accuracy(),
        totals.latencyMs().p50(),
        totals.latencyMs().p99(),
        kills.kills());
  }
}
