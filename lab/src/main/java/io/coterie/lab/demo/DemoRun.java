package io.coterie.lab.demo;

import io.coterie.client.FleetClient;
import io.coterie.lab.LabException;
import io.coterie.models.training.ProgressPrinter;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One run of the demonstration, from starting the processes to the last result. */
public final class DemoRun {
  /** How many times slower half of the boards become. */
  static final double SLOWDOWN = 4;

  private static final String SOURCE = "demo";
  private static final long START_TIMEOUT_MS = 90_000;
  private static final long GRACE_MS = 5_000;

  /** Agents report every 5 s. */
  private static final long REPORT_MS = 7_000;

  private static final long STATUS_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

  private final DemoOptions options;
  private final DeploymentSpec spec;
  private final Bundle bundle;
  private final Frames frames;
  private final Consumer<PlanMessage> planned;
  private final Topics topics = new Topics(Topics.DEFAULT_BASE);
  private final String deployment;
  private final Observations seen;
  private final Screen screen = new Screen(System.err, ProgressPrinter.onTerminal());
  private OptionalLong slowedNs = OptionalLong.empty();

  /**
   * A run to come.
   *
   * @param planned is told the plan that runs before the first frame is sent
   */
  public DemoRun(DemoOptions options, Bundle bundle, Frames frames, Consumer<PlanMessage> planned) {
    this.options = options;
    this.planned = planned;
    this.bundle = bundle;
    this.frames = frames;
    spec = options.spec().orElseThrow();
    deployment = bundle.manifest().name();
    seen = new Observations(topics, bundle, exits());
  }

  private int exits() {
    return spec.strategy() == Strategy.MDI_EXIT
        ? pipeline().exits()
        : bundle.manifest().partitionings(spec.strategy()).stream()
            .mapToInt(partitioning -> partitioning.exits().size())
            .max()
            .orElse(1);
  }

  private Pipeline pipeline() {
    return bundle.manifest().pipeline(spec.pipeline().pipeline()).orElseThrow();
  }

  /**
   * Runs it.
   *
   * @throws LabException if no plan of all boards runs in time
   */
  public Summary run() throws IOException, InterruptedException {
    try (DemoProcesses boards = DemoProcesses.create(options)) {
      boards.startHub();
      try (MessageBus bus = boards.connect("demo", START_TIMEOUT_MS);
          FleetClient fleet = boards.follow()) {
        boards.startAgents();
        fleet.publish(bundle);
        fleet.publish(deployment, spec);
        awaitPlan(fleet, boards);
        seen.follow(fleet, bus, SOURCE);
        send(bus, boards);
        await(() -> seen.ledger().open() == 0, spec.deadlineMs() + GRACE_MS);
        awaitReports(boards);
        return summary();
      }
    }
  }

  private Summary summary() {
    Optional<TargetFigures> target =
        spec.exitRule()
            .target()
            .map(targetMs -> TargetFigures.of(seen.ledger().traces(), targetMs, slowedNs));
    Ledger.Totals totals = seen.ledger().totals();
    if (spec.strategy() != Strategy.MDI_EXIT) {
      return Summary.of(totals, seen.kills(), seen.stages().totals(), target);
    }
    return Summary.of(totals, seen.kills(), computed(totals.exits()), target)
        .with(seen.pipeline().figures());
  }

  /** What it takes to compute frames up to the exits that answered them. */
  private StageLedger.Totals computed(Map<Integer, Integer> exits) {
    double computed = 0;
    double toTheEnd = 0;
    for (Map.Entry<Integer, Integer> exit : exits.entrySet()) {
      computed += (double) exit.getValue() * pipeline().flopsTo(exit.getKey());
      toTheEnd += (double) exit.getValue() * pipeline().flopsTo(pipeline().exits());
    }
    return new StageLedger.Totals(computed, toTheEnd, Report.Stops.NONE);
  }

  private void awaitPlan(FleetClient fleet, DemoProcesses boards) throws InterruptedException {
    screen.say("starting the hub and " + options.agents() + " boards …");
    Optional<PlanMessage> plan =
        fleet.awaitPlan(
            deployment,
            p ->
                p.complete()
                    && p.bundle().equals(bundle.digest())
                    && p.strategy() == spec.strategy()
                    && p.agents().size() == options.agents(),
            Duration.ofMillis(START_TIMEOUT_MS));
    if (plan.isEmpty()) {
      throw new LabException(
          "no complete plan of all boards runs within "
              + START_TIMEOUT_MS / 1000
              + " s: "
              + fleet
                  .view()
                  .deployment(deployment)
                  .plan()
                  .map(PlanMessage::reasons)
                  .orElse(List.of())
              + " (logs: "
              + boards.folder()
              + ")");
    }
    planned.accept(plan.get());
  }

  private void send(MessageBus bus, DemoProcesses boards) throws IOException {
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
      seen.ledger().sent(frame, frames.label(i), System.nanoTime());
      bus.publish(
          Message.to(topic)
              .payload(png)
              .qos(1)
              .correlation(frame.getBytes(StandardCharsets.US_ASCII))
              .build());
      long elapsedNs = System.nanoTime() - startNs;
      boards.disturb(elapsedNs, seen.kills());
      slowDown(boards, elapsedNs);
      if (System.nanoTime() - nextStatusNs >= 0) {
        screen.update(seen.table(boards), seen.line());
        nextStatusNs += STATUS_EVERY_NS;
      }
    }
  }

  private void slowDown(DemoProcesses boards, long elapsedNs) throws IOException {
    if (slowedNs.isPresent()
        || options.slowHalfAtSeconds().isEmpty()
        || elapsedNs < 1e9 * options.slowHalfAtSeconds().getAsDouble()) {
      return;
    }
    Set<String> slow =
        SlowHalf.choose(
            boards.throttles().keySet(), seen.groups(), new SplittableRandom(options.seed()));
    boards.slowDown(slow, SLOWDOWN);
    slowedNs = OptionalLong.of(System.nanoTime());
    screen.say(String.join(", ", slow) + ": now " + (int) SLOWDOWN + " times slower");
  }

  /** Until all boards have told what they computed: only then is it known what exits saved. */
  private void awaitReports(DemoProcesses boards) {
    if (spec.strategy() != Strategy.ROCOIN) {
      long nowNs = System.nanoTime();
      await(() -> seen.stages().heard(boards.alive(), nowNs), REPORT_MS);
    }
  }

  private static void await(BooleanSupplier wanted, long timeoutMs) {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (!wanted.getAsBoolean() && untilNs - System.nanoTime() > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
