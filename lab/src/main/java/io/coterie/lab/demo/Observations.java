package io.coterie.lab.demo;

import io.coterie.client.FleetClient;
import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PlanMessage;
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
  private final StageLedger stages;
  private final PipelineLedger pipeline;
  private volatile FleetView fleet = FleetView.NOTHING;

  /**
   * Of nothing yet.
   *
   * @param exits where frames can leave, at least 1
   */
  Observations(Topics topics, Bundle bundle, int exits) {
    this.topics = topics;
    deployment = bundle.manifest().name();
    ledger = new Ledger(exits);
    stages = new StageLedger(bundle);
    pipeline = new PipelineLedger(deployment);
  }

  /** Begins to listen: to the fleet by the client, and to frames by the bus. */
  void follow(FleetClient client, MessageBus bus, String source) throws InterruptedException {
    fleet = client.view();
    fleet.deployment(deployment).plan().ifPresent(plan -> kills.plan(plan, System.nanoTime()));
    client.hear(this::heard);
    hear(bus, topics.of(Topic.RESULT, deployment, source), 1, Result.class, this::result);
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

  private void heard(FleetView now, Topics.Parsed topic, Message message) {
    fleet = now;
    long nowNs = System.nanoTime();
    String name = topic.name();
    if (topic.topic() == Topic.AGENT_STATE) {
      now.fleet().member(name).state().ifPresent(s -> kills.state(name, s.state(), nowNs));
    } else if (topic.topic() == Topic.AGENT_REPORT && now.reports().containsKey(name)) {
      stages.report(name, now.reports().get(name), nowNs);
      pipeline.report(name, now.reports().get(name));
    } else if (topic.topic() == Topic.DEPLOYMENT_PLAN && name.equals(deployment)) {
      now.deployment(name).plan().ifPresent(plan -> kills.plan(plan, nowNs));
    }
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
    return fleet.deployment(deployment).plan().stream()
        .flatMap(plan -> plan.groups().stream())
        .map(PlanMessage.Group::agents)
        .toList();
  }

  /** One line for every board, and one for the plan. */
  List<String> table(DemoProcesses boards) {
    return new LiveTable(fleet, deployment).lines(boards.throttles(), boards.alive());
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
