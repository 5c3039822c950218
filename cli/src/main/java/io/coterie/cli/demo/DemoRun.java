package io.coterie.cli.demo;

import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandException;
import io.coterie.cli.fleet.Deployment;
import io.coterie.cli.fleet.PlanTable;
import io.coterie.models.training.ProgressPrinter;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One run of the demonstration, from starting the processes to the last result. */
final class DemoRun {
  private static final String SOURCE = "demo";
  private static final long START_TIMEOUT_MS = 90_000;
  private static final long GRACE_MS = 5_000;
  private static final long STATUS_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

  private final DemoOptions options;
  private final Bundle bundle;
  private final Frames frames;
  private final Topics topics = new Topics(Topics.DEFAULT_BASE);
  private final String deployment;
  private final Ledger ledger = new Ledger();
  private final KillLog kills = new KillLog();
  private final LiveTable table = new LiveTable();
  private final Screen screen = new Screen(System.err, ProgressPrinter.onTerminal());

  DemoRun(DemoOptions options, Bundle bundle, Frames frames) {
    this.options = options;
    this.bundle = bundle;
    this.frames = frames;
    deployment = bundle.manifest().name();
  }

  Summary run() throws IOException, InterruptedException {
    try (Boards boards = Boards.create(options)) {
      boards.startHub();
      try (MessageBus bus =
              BrokerOption.connect(
                  ConnectionOptions.parseBrokers(boards.address()),
                  "demo",
                  START_TIMEOUT_MS,
                  boards::failed);
          Deployment target = new Deployment(bus, topics, deployment)) {
        boards.startAgents();
        target.deploy(bundle, options.wish().orElseThrow());
        awaitPlan(target, boards);
        follow(bus);
        send(bus, boards);
        awaitResults();
        return Summary.of(ledger.totals(), kills);
      }
    }
  }

  private void awaitPlan(Deployment target, Boards boards) throws InterruptedException {
    screen.say("starting the hub and " + options.agents() + " boards …");
    Optional<PlanMessage> plan =
        target.await(
            p ->
                p.complete()
                    && p.bundle().equals(bundle.digest())
                    && PlanTable.agents(p).size() == options.agents(),
            START_TIMEOUT_MS);
    if (plan.isEmpty()) {
      throw new CommandException(
          "no complete plan of all boards runs within "
              + START_TIMEOUT_MS / 1000
              + " s: "
              + target.plan().map(PlanMessage::reasons).orElse(List.of())
              + " (logs: "
              + boards.folder()
              + ")");
    }
    PlanTable.print(plan.get(), System.err);
  }

  private void follow(MessageBus bus) {
    bus.subscribe(
        topics.of(Topic.RESULT, deployment, SOURCE),
        1,
        message ->
            read(message, Result.class)
                .ifPresent(result -> ledger.received(result, System.nanoTime())));
    bus.subscribe(
        topics.filter(Topic.AGENT_STATE),
        1,
        message ->
            read(message, AgentState.class)
                .ifPresent(
                    state ->
                        kills.state(
                            topics.parse(message.topic()).orElseThrow().name(),
                            state.state(),
                            System.nanoTime())));
    bus.subscribe(
        topics.of(Topic.DEPLOYMENT_PLAN, deployment),
        1,
        message ->
            read(message, PlanMessage.class)
                .ifPresent(
                    plan -> {
                      kills.plan(plan, System.nanoTime());
                      table.plan(plan);
                    }));
    bus.subscribe(
        topics.filter(Topic.AGENT_REPORT),
        0,
        message ->
            read(message, Report.class)
                .ifPresent(
                    report ->
                        table.report(topics.parse(message.topic()).orElseThrow().name(), report)));
  }

  private static <T> Optional<T> read(Message message, Class<T> type) {
    try {
      return Optional.of(Json.read(message.payload(), type));
    } catch (JsonException e) {
      return Optional.empty();
    }
  }

  private void send(MessageBus bus, Boards boards) throws IOException {
    String topic = topics.of(Topic.INPUT, deployment, SOURCE);
    long startNs = System.nanoTime();
    long periodNs = (long) (1e9 / options.rate());
    long count = Math.round(options.seconds() * options.rate());
    long nextStatusNs = startNs;
    for (int i = 0; i < count; i++) {
      byte[] png = frames.png(i);
      long dueNs = startNs + i * periodNs;
      while (System.nanoTime() - dueNs < 0) {
        LockSupport.parkNanos(dueNs - System.nanoTime());
      }
      String frame = "f" + i;
      ledger.sent(frame, frames.label(i), System.nanoTime());
      bus.publish(
          Message.to(topic)
              .payload(png)
              .qos(1)
              .correlation(frame.getBytes(StandardCharsets.US_ASCII))
              .build());
      boards.disturb(System.nanoTime() - startNs, kills);
      if (System.nanoTime() - nextStatusNs >= 0) {
        screen.update(table.lines(boards.throttles(), boards.alive()), line());
        nextStatusNs += STATUS_EVERY_NS;
      }
    }
  }

  private String line() {
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

  private void awaitResults() {
    long untilNs =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(options.wish().orElseThrow().deadlineMs() + GRACE_MS);
    while (ledger.open() > 0 && untilNs - System.nanoTime() > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
