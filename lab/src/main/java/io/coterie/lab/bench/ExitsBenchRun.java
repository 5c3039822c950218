package io.coterie.lab.bench;

import io.coterie.client.FleetClient;
import io.coterie.client.fleet.FleetView;
import io.coterie.lab.LabException;
import io.coterie.lab.demo.DemoProcesses;
import io.coterie.lab.demo.Frames;
import io.coterie.lab.demo.Ledger;
import io.coterie.lab.demo.StageLedger;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One measurement of what stopping saves: a hub and equal boards as processes, and windows of the
 * same frames with exits off and on in turns, so that whatever else the machine does disturbs both
 * alike. Between windows only the fuser's threshold changes. The first pair warms up.
 */
public final class ExitsBenchRun {
  private static final String SOURCE = "bench";
  private static final long DEADLINE_MS = 10_000;
  private static final long TIMEOUT_MS = 60_000;
  private static final long QUIET_STEP_MS = 300;

  /** Processor time of a quiet board within a step, at most: two ticks of the kernel's clock. */
  private static final double QUIET_SECONDS = 0.02;

  private final Bundle bundle;
  private final Frames frames;
  private final ExitsBenchOptions options;
  private final Topics topics = new Topics(Topics.DEFAULT_BASE);
  private final StageLedger stages;
  private final DeploymentSpec off;
  private final DeploymentSpec on;
  private final String deployment;
  private volatile Ledger hearing;
  private int sent;
  private double threshold;

  /** What a run works with. */
  private record Fleet(DemoProcesses boards, MessageBus bus, FleetClient client) {}

  public ExitsBenchRun(Bundle bundle, Frames frames, ExitsBenchOptions options) {
    this.bundle = bundle;
    this.frames = frames;
    this.options = options;
    stages = new StageLedger(bundle);
    deployment = bundle.manifest().name();
    hearing = ledger();
    ExitRule rule = options.rule();
    off = spec(new ExitRule(rule.policy(), 0.0, rule.maxAccuracyLoss(), null, rule.mode()));
    on = spec(rule);
  }

  private DeploymentSpec spec(ExitRule rule) {
    return DeploymentSpec.rocoin(bundle.digest(), DEADLINE_MS, 0.5)
        .withStrategy(Strategy.DISTREE, rule);
  }

  private Ledger ledger() {
    return new Ledger(
        bundle.manifest().partitionings(Strategy.DISTREE).stream()
            .mapToInt(partitioning -> partitioning.exits().size())
            .max()
            .orElseThrow());
  }

  /**
   * Runs it.
   *
   * @throws LabException if no plan runs, boards do not report, or no frame may leave early
   */
  public ExitsFigures run() throws IOException, InterruptedException {
    try (DemoProcesses boards = DemoProcesses.equal(options.agents(), options.throttle())) {
      boards.startHub();
      try (MessageBus bus = boards.connect("bench", TIMEOUT_MS);
          FleetClient client = boards.follow()) {
        client.hear(this::heard);
        boards.startAgents();
        client.publish(bundle);
        client.publish(deployment, off);
        awaitPlan(client);
        bus.subscribe(topics.of(Topic.RESULT, deployment, SOURCE), 1, this::answered);
        return measure(new Fleet(boards, bus, client));
      }
    }
  }

  private void heard(FleetView now, Topics.Parsed topic, Message message) {
    if (topic.topic() == Topic.AGENT_REPORT && now.reports().containsKey(topic.name())) {
      stages.report(topic.name(), now.reports().get(topic.name()), System.nanoTime());
    }
  }

  private void answered(Message message) {
    try {
      hearing.received(Json.read(message.payload(), Result.class), System.nanoTime());
    } catch (JsonException e) {
      System.err.println("coterie: unreadable result: " + e.getMessage());
    }
  }

  private void awaitPlan(FleetClient client) throws InterruptedException {
    boolean runs =
        client
            .awaitPlan(
                deployment,
                p -> p.complete() && p.agents().size() == options.agents(),
                Duration.ofMillis(TIMEOUT_MS))
            .isPresent();
    if (!runs) {
      throw new LabException("no complete plan runs within 60 s: " + plan(client));
    }
  }

  private Optional<PlanMessage> plan(FleetClient client) throws InterruptedException {
    return client.view().deployment(deployment).plan();
  }

  private ExitsFigures measure(Fleet fleet) throws InterruptedException {
    window(fleet, off, ledger());
    window(fleet, on, ledger());
    PlanMessage plan = plan(fleet.client()).orElseThrow();
    Ledger answersOff = ledger();
    Ledger answersOn = ledger();
    List<ExitsFigures.Window> windowsOff = new ArrayList<>();
    List<ExitsFigures.Window> windowsOn = new ArrayList<>();
    for (int pair = 0; pair < options.pairs(); pair++) {
      windowsOff.add(say(pair, "off", window(fleet, off, answersOff)));
      windowsOn.add(say(pair, "on", window(fleet, on, answersOn)));
    }
    return ExitsFigures.of(
        options,
        plan.k(),
        plan.epoch() != plan(fleet.client()).orElseThrow().epoch(),
        threshold,
        ExitsFigures.Mode.of(windowsOff, answersOff.totals()),
        ExitsFigures.Mode.of(windowsOn, answersOn.totals()));
  }

  private ExitsFigures.Window say(int pair, String exits, ExitsFigures.Window window) {
    System.err.printf(
        Locale.ROOT,
        "pair %d of %d, exits %s: %.2f CPU seconds per 1000 frames%n",
        pair + 1,
        options.pairs(),
        exits,
        window.cpuSecondsPer1000());
    return window;
  }

  private ExitsFigures.Window window(Fleet fleet, DeploymentSpec spec, Ledger ledger)
      throws InterruptedException {
    fleet.client().publish(deployment, spec);
    awaitThreshold(fleet.client(), spec.equals(on));
    hearing = ledger;
    StageLedger.Totals before = reported(fleet.boards());
    Duration agents = fleet.boards().agentsCpu();
    Duration hub = fleet.boards().hubCpu();
    send(fleet.bus(), ledger);
    await(() -> ledger.open() == 0, DEADLINE_MS + TIMEOUT_MS);
    awaitQuiet(fleet.boards());
    double agentSeconds = seconds(fleet.boards().agentsCpu().minus(agents));
    double hubSeconds = seconds(fleet.boards().hubCpu().minus(hub));
    StageLedger.Totals computed = reported(fleet.boards()).minus(before);
    return new ExitsFigures.Window(options.frames(), agentSeconds, hubSeconds, computed);
  }

  private void awaitThreshold(FleetClient client, boolean wanted) throws InterruptedException {
    boolean there =
        client.await(
            now -> now.fused(deployment).filter(f -> wanted == f.threshold() > 0).isPresent(),
            Duration.ofMillis(TIMEOUT_MS));
    if (!there) {
      throw new LabException(
          wanted
              ? "no frame may leave early within the budget: raise --max-accuracy-loss, or choose"
                  + " another --exit-policy"
              : "the fuser does not run frames to the end within 60 s: see 'coterie watch'");
    }
    threshold = wanted ? client.view().fused(deployment).orElseThrow().threshold() : threshold;
  }

  /** What all boards computed so far: agents report every 5 s. */
  private StageLedger.Totals reported(DemoProcesses boards) {
    long nowNs = System.nanoTime();
    if (!await(() -> stages.heard(boards.alive(), nowNs), TIMEOUT_MS)) {
      throw new LabException("not every board reported within 60 s: see 'coterie watch'");
    }
    return stages.totals();
  }

  private void send(MessageBus bus, Ledger ledger) {
    String topic = topics.of(Topic.INPUT, deployment, SOURCE);
    long startNs = System.nanoTime();
    for (int i = 0; i < options.frames(); i++) {
      byte[] png = frames.png(i);
      long dueNs = startNs + (long) (i * 1e9 / options.rate());
      while (System.nanoTime() - dueNs < 0) {
        LockSupport.parkNanos(dueNs - System.nanoTime());
      }
      String frame = "b" + sent++;
      ledger.sent(frame, frames.label(i), System.nanoTime());
      bus.publish(
          Message.to(topic)
              .payload(png)
              .qos(1)
              .correlation(frame.getBytes(StandardCharsets.US_ASCII))
              .build());
    }
  }

  /** Until boards have also computed what was not stopped in time. */
  private void awaitQuiet(DemoProcesses boards) {
    double[] before = {seconds(boards.agentsCpu())};
    await(
        () -> {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(QUIET_STEP_MS));
          double now = seconds(boards.agentsCpu());
          boolean quiet = now - before[0] <= QUIET_SECONDS * options.agents();
          before[0] = now;
          return quiet;
        },
        DEADLINE_MS);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static boolean await(BooleanSupplier wanted, long timeoutMs) {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (!wanted.getAsBoolean()) {
      if (untilNs - System.nanoTime() < 0) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return true;
  }
}
