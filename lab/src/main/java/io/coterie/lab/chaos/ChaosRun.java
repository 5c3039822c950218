package io.coterie.lab.chaos;

import io.coterie.client.FleetClient;
import io.coterie.client.fleet.FleetView;
import io.coterie.lab.LabException;
import io.coterie.lab.demo.Frames;
import io.coterie.lab.processes.LogFolder;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One run: starts the fleet, sends frames all the time, and does one thing to it at a time. */
public final class ChaosRun {
  private static final double SUCCESS = 0.5;
  private static final long START_MS = 120_000;
  private static final long SETTLE_MS = 45_000;
  private static final long QUIET_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long GRACE_MS = 5_000;
  private static final long POLL_MS = 20;

  private final ChaosOptions options;
  private final Frames frames;
  private final ChaosFleet fleet;
  private final Topics topics = new Topics(Topics.DEFAULT_BASE);
  private final History history = new History();
  private final FaultSchedule schedule;

  private ChaosRun(ChaosOptions options, Frames frames, ChaosFleet fleet) {
    this.options = options;
    this.frames = frames;
    this.fleet = fleet;
    schedule = new FaultSchedule(options.seed(), options.faults());
  }

  /**
   * Starts a fleet, mistreats it and judges what happened.
   *
   * @param labels what networks answer without faults
   * @param out where report, history and timeline are written, if they are wanted
   * @param keepLogs whether the processes' logs are left where they are
   * @throws LabException if the fleet does not start
   */
  public static ChaosReport run(
      ChaosOptions options, Frames frames, Labels labels, Optional<Path> out, boolean keepLogs)
      throws IOException, InterruptedException {
    if (out.isPresent()) {
      Files.createDirectories(out.get());
    }
    Path folder = Files.createTempDirectory("coterie-chaos-");
    List<HistoryEvent> events;
    try (ChaosFleet fleet = new ChaosFleet(options.boards(), folder)) {
      events = new ChaosRun(options, frames, fleet).run();
    }
    LogFolder.finish(folder, keepLogs);
    Findings findings = HistoryChecker.check(events, labels, options.bounds());
    ChaosReport report = ChaosReport.of(options, events, findings);
    if (out.isPresent()) {
      Files.writeString(out.get().resolve("report.json"), Json.write(report));
      History.write(events, out.get().resolve("history.jsonl"));
      Files.writeString(out.get().resolve("timeline.html"), Timeline.page(report, events));
    }
    return report;
  }

  /** Runs to the end and gives everything that happened. */
  private List<HistoryEvent> run() throws IOException, InterruptedException {
    fleet.start();
    String name = options.bundle().manifest().name();
    try (MessageBus bus = bus("chaos");
        MessageBus duplicatorBus = bus("echo");
        MessageDuplicator duplicator =
            new MessageDuplicator(duplicatorBus, topics, name, options.seed())) {
      Publisher publisher = new Publisher(bus, topics, name, history, frames, options.pictures());
      bus.start(publisher);
      duplicatorBus.start(() -> {});
      Injector injector = new Injector(fleet, duplicator);
      try {
        say("starting " + (options.boards() + 4) + " processes …");
        deploy(name, publisher, duplicatorBus);
        disturb(publisher, injector);
      } finally {
        injector.stop();
      }
    }
    return history.events();
  }

  private MessageBus bus(String purpose) {
    return new PahoBus(connection(purpose));
  }

  private ConnectionOptions connection(String purpose) {
    String id = "coterie-" + purpose + "-" + ProcessHandle.current().pid();
    return ConnectionOptions.of(ConnectionOptions.parseBrokers(fleet.addresses()), id);
  }

  private void deploy(String name, Publisher publisher, MessageBus bus)
      throws IOException, InterruptedException {
    // Both connections: what is published before one stands is lost.
    if (!await(
        () -> bus.connected() && publisher.isConnected() && everybodyIsThere(publisher),
        START_MS)) {
      throw new LabException("the fleet did not start; logs: " + fleet.folder());
    }
    DeploymentSpec spec =
        DeploymentSpec.rocoin(options.bundle().digest(), options.bounds().deadlineMs(), SUCCESS)
            .withHedgeMs(options.bounds().hedgeMs());
    Duration patience = Duration.ofMillis(START_MS);
    try (FleetClient client = FleetClient.connect(connection("follow"), topics, patience)) {
      // Before files are on their way, behind which nothing else would come soon.
      FleetView unused = client.view();
      client.publish(options.bundle());
      client.publish(name, spec);
      if (client.awaitPlan(name, PlanMessage::complete, patience).isEmpty()) {
        throw new LabException(
            "no complete plan: "
                + client.view().deployment(name).plan()
                + "; logs: "
                + fleet.folder());
      }
    }
  }

  private void disturb(Publisher publisher, Injector injector)
      throws IOException, InterruptedException {
    long periodNs = (long) (1e9 / options.rate());
    try (Clock clock = new Clock(publisher, periodNs)) {
      settle(publisher);
      double endSeconds = history.seconds() + 60 * options.minutes();
      double nextSeconds = history.seconds() + 1;
      while (nextSeconds < endSeconds) {
        sleep(nextSeconds - history.seconds());
        nextSeconds = history.seconds() + options.everySeconds();
        inject(publisher, injector, schedule.next());
        clock.check();
      }
    }
    await(() -> publisher.open() == 0, options.bounds().deadlineMs() + GRACE_MS);
  }

  private void inject(Publisher publisher, Injector injector, Fault fault)
      throws IOException, InterruptedException {
    String victim = victim(publisher, fault);
    say(
        String.format(
            Locale.ROOT, "%6.1f s  %s %s", history.seconds(), fault.name(), aside(fault, victim)));
    history.add(ns -> new HistoryEvent.Began(ns, fault, victim));
    injector.begin(fault, victim);
    sleep(fault.seconds());
    injector.end(fault, victim);
    history.add(HistoryEvent.Ended::new);
    settle(publisher);
  }

  private static String aside(Fault fault, String victim) {
    return String.format(
        Locale.ROOT, "(%s, %.1f s)", victim.isEmpty() ? "all" : victim, fault.seconds());
  }

  private String victim(Publisher publisher, Fault fault) {
    return switch (fault.target()) {
      case BOARD -> schedule.choose(fleet.boards());
      case FUSER -> publisher.plan().map(PlanMessage::fuser).orElseThrow();
      case LEADER -> publisher.leader().map(OrchestratorState::id).orElseThrow();
      case BROKER -> ChaosFleet.BROKER;
      case STANDBY -> ChaosFleet.STANDBY;
      case FLEET -> "";
    };
  }

  private void settle(Publisher publisher) throws InterruptedException {
    boolean whole = await(isWholeForAWhile(publisher), SETTLE_MS);
    history.add(ns -> new HistoryEvent.Whole(ns, whole));
    if (!whole) {
      say("the fleet is not whole again after " + SETTLE_MS / 1000 + " s");
    }
  }

  /** What has just come back may still change the plan, or go again. */
  private BooleanSupplier isWholeForAWhile(Publisher publisher) {
    long[] sinceNs = {System.nanoTime()};
    return () -> {
      long nowNs = System.nanoTime();
      if (!isWhole(publisher)) {
        sinceNs[0] = nowNs;
      }
      return nowNs - sinceNs[0] > QUIET_NS;
    };
  }

  /** Everything runs, where it belongs, under a plan that has settled. */
  private boolean isWhole(Publisher publisher) {
    return fleet.ended().isEmpty()
        && publisher.isConnected()
        && everybodyIsThere(publisher)
        && publisher.planAgeNs() > QUIET_NS
        && publisher.plan().filter(plan -> plan.complete() && !plan.standby().isEmpty()).isPresent()
        && publisher.leader().filter(leader -> leader.state() == Availability.ONLINE).isPresent()
        && !fleet.standbyServes();
  }

  private boolean everybodyIsThere(Publisher publisher) {
    return isOnline(publisher, ChaosFleet.FUSER)
        && isOnline(publisher, ChaosFleet.STANDBY)
        && fleet.boards().stream().allMatch(board -> isOnline(publisher, board));
  }

  private static boolean isOnline(Publisher publisher, String agent) {
    return publisher
        .agent(agent)
        .map(AgentState::state)
        .filter(Availability.ONLINE::equals)
        .isPresent();
  }

  private static void say(String line) {
    System.err.println(line);
  }

  private static void sleep(double seconds) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep((long) (1e9 * seconds));
  }

  private static boolean await(BooleanSupplier wanted, long timeoutMs) throws InterruptedException {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (!wanted.getAsBoolean()) {
      if (System.nanoTime() - untilNs > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    return true;
  }

  /** Sends frames at a fixed rate. */
  private static final class Clock implements AutoCloseable {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
    private final ScheduledFuture<?> task;

    Clock(Publisher publisher, long periodNs) {
      task =
          executor.scheduleAtFixedRate(
              publisher::publish, periodNs, periodNs, TimeUnit.NANOSECONDS);
    }

    /** Fails where no more frames are sent. */
    void check() {
      if (task.isDone()) {
        throw new IllegalStateException("frames are not sent any more", failure());
      }
    }

    private Throwable failure() {
      try {
        Object unused = task.get();
        return null;
      } catch (java.util.concurrent.ExecutionException e) {
        return e.getCause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return e;
      }
    }

    @Override
    public void close() {
      executor.shutdownNow();
    }
  }
}
