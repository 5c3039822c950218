package io.coterie.lab.bench;

import io.coterie.client.FleetClient;
import io.coterie.lab.LabException;
import io.coterie.lab.bench.PipelineBenchFigures.Accuracy;
import io.coterie.lab.bench.PipelineBenchFigures.Rate;
import io.coterie.lab.demo.DemoProcesses;
import io.coterie.lab.demo.Frames;
import io.coterie.lab.demo.Ledger;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PipelineRule;
import io.coterie.protocol.message.PipelineRule.Admission;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;

/**
 * The measurements of one fleet: a hub and equal boards as processes, real frames, and one
 * threshold or one rate after the other.
 */
public final class PipelineBenchRun {
  private static final String SOURCE = "bench";
  private static final long DEADLINE_MS = 10_000;
  private static final long TIMEOUT_MS = 60_000;

  /** How much more is sent than is admitted, so that the source has to choose. */
  private static final double OVERLOAD = 1.5;

  private static final double FIRST_RATE_PER_BOARD = 20;

  private final Bundle bundle;
  private final Pipeline pipeline;
  private final Frames frames;
  private final PipelineBenchOptions options;
  private final PipelineBenchOptions.Fleet fleet;
  private final Topics topics = new Topics(Topics.DEFAULT_BASE);
  private final SourceLog source;
  private final boolean[] rightToTheEnd;
  private volatile Window hearing;
  private MessageBus bus;
  private FleetClient client;
  private int sent;

  /** A measurement of one of the options' fleets. */
  public PipelineBenchRun(
      Bundle bundle,
      Pipeline pipeline,
      Frames frames,
      PipelineBenchOptions options,
      PipelineBenchOptions.Fleet fleet) {
    this.bundle = bundle;
    this.pipeline = pipeline;
    this.frames = frames;
    this.options = options;
    this.fleet = fleet;
    PipelineRule.Queues queues = PipelineRule.Queues.STANDARD;
    source = new SourceLog(queues.low(), queues.high());
    rightToTheEnd =
        frames.right(bundle.content().get(pipeline.whole().sha256()), bundle.manifest().input());
    hearing = new Window();
  }

  /** The frames of one measurement, and what the uncut network makes of those answered. */
  private final class Window {
    private final Ledger ledger = new Ledger(pipeline.exits());
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger right = new AtomicInteger();

    private final int first = sent;

    /** Answers of the measurement before are still on their way: they count nowhere. */
    void received(Result result) {
      ledger.received(result, System.nanoTime());
      int picture = Integer.parseInt(result.frame().substring(1));
      if (result.label() != null && picture >= first) {
        answered.incrementAndGet();
        right.addAndGet(rightToTheEnd[picture % rightToTheEnd.length] ? 1 : 0);
      }
    }

    double toTheEnd() {
      return (double) right.get() / Math.max(1, answered.get());
    }
  }

  /**
   * Runs it.
   *
   * @throws LabException if no plan of all boards runs in time
   */
  public PipelineBenchFigures.Fleet run() throws IOException, InterruptedException {
    try (DemoProcesses boards = DemoProcesses.equal(fleet.boards(), options.throttle())) {
      boards.startHub();
      String deployment = bundle.manifest().name();
      try (MessageBus connected = boards.connect("bench", TIMEOUT_MS);
          FleetClient following = boards.follow()) {
        bus = connected;
        client = following;
        boards.startAgents();
        client.publish(bundle);
        client.publish(deployment, spec(Admission.RATE, ExitRule.ofPipelines()));
        awaitPlan();
        follow(deployment);
        return measure();
      }
    }
  }

  private DeploymentSpec spec(Admission admission, ExitRule exits) {
    return DeploymentSpec.rocoin(bundle.digest(), DEADLINE_MS, 0.5)
        .withStrategy(Strategy.MDI_EXIT, exits)
        .withPipeline(
            new PipelineRule(pipeline.name(), fleet.topology(), null, null, admission, null));
  }

  private void awaitPlan() throws InterruptedException {
    String deployment = bundle.manifest().name();
    boolean runs =
        client
            .awaitPlan(
                deployment,
                p -> p.complete() && p.agents().size() == fleet.boards(),
                Duration.ofMillis(TIMEOUT_MS))
            .isPresent();
    if (!runs) {
      throw new LabException(
          "no complete plan runs within 60 s: " + client.view().deployment(deployment).plan());
    }
  }

  private void follow(String deployment) {
    hear(
        topics.of(Topic.RESULT, deployment, SOURCE),
        Result.class,
        (name, result) -> hearing.received(result));
    hear(
        topics.of(Topic.CONTROL, deployment),
        Admitted.class,
        (name, admitted) -> source.admitted(admitted, System.nanoTime()));
    hear(
        topics.filter(Topic.AGENT_LOAD),
        Load.class,
        (agent, load) -> source.load(agent, load, System.nanoTime()));
  }

  private <T> void hear(String filter, Class<T> type, BiConsumer<String, T> handler) {
    bus.subscribe(
        filter,
        1,
        message -> {
          try {
            String name = topics.parse(message.topic()).orElseThrow().name();
            handler.accept(name, Json.read(message.payload(), type));
          } catch (JsonException e) {
            System.err.println("coterie: unreadable: " + message + ": " + e.getMessage());
          }
        });
  }

  private PipelineBenchFigures.Fleet measure() throws InterruptedException {
    List<Rate> rates = new ArrayList<>();
    rates.add(rate(0, new ExitRule(ExitPolicy.MAX_SOFTMAX, 0.0, 0, null, null)));
    for (double points : options.lossPoints()) {
      rates.add(rate(points, new ExitRule(ExitPolicy.MAX_SOFTMAX, null, points / 100, null, null)));
    }
    List<Accuracy> accuracies = new ArrayList<>();
    for (double load : options.loads()) {
      accuracies.add(accuracy(load * rates.get(0).answeredPerSecond()));
    }
    return new PipelineBenchFigures.Fleet(fleet.name(), fleet.boards(), rates, accuracies);
  }

  private Rate rate(double points, ExitRule rule) throws InterruptedException {
    client.publish(bundle.manifest().name(), spec(Admission.RATE, rule));
    source.begin();
    long stepNs = System.nanoTime();
    double first = FIRST_RATE_PER_BOARD * fleet.boards();
    DoubleSupplier rate = () -> Math.max(first, OVERLOAD * source.ratePerSecond());
    send(new Window(), options.settleSeconds(), rate);
    long offloads = offloads();
    long startNs = System.nanoTime();
    Window window = new Window();
    send(window, options.seconds(), rate);
    double seconds = (System.nanoTime() - startNs) / 1e9;
    OptionalDouble settled = source.settledSeconds(stepNs);
    double inBand = source.inBand(startNs);
    // Frames that were sent last are answered later; as many of before were answered meanwhile.
    Ledger.Totals totals = finished(window.ledger);
    int answered = totals.ok() + totals.degraded();
    Rate figures =
        new Rate(
            points,
            rule.point(pipeline.table(rule.policy()).orElseThrow()).threshold(),
            totals.sent() / seconds,
            answered / seconds,
            totals.accuracy(),
            window.toTheEnd(),
            List.copyOf(totals.exits().values()),
            (double) (offloads() - offloads) / Math.max(1, answered),
            settled.isPresent() ? settled.getAsDouble() : null,
            inBand);
    say(
        "loss up to %.2f points: %.1f frames/s, accuracy %.2f %%, to the end %.2f %%",
        points, figures.answeredPerSecond(), 100 * figures.accuracy(), 100 * figures.toTheEnd());
    return figures;
  }

  private Accuracy accuracy(double perSecond) {
    ExitRule any = new ExitRule(ExitPolicy.MAX_SOFTMAX, null, 1, null, null);
    client.publish(bundle.manifest().name(), spec(Admission.THRESHOLD, any));
    source.begin();
    send(new Window(), options.settleSeconds(), () -> perSecond);
    long startNs = System.nanoTime();
    Window window = new Window();
    send(window, options.seconds(), () -> perSecond);
    double threshold = source.threshold(startNs, System.nanoTime());
    Ledger.Totals totals = finished(window.ledger);
    int answered = totals.ok() + totals.degraded();
    say(
        "at %.1f frames/s: %.1f %% answered, accuracy %.2f %%",
        perSecond, 100.0 * answered / totals.sent(), 100 * totals.accuracy());
    return new Accuracy(
        perSecond,
        (double) answered / totals.sent(),
        totals.accuracy(),
        window.toTheEnd(),
        threshold);
  }

  private long offloads() throws InterruptedException {
    return client.view().reports().values().stream()
        .flatMap(report -> report.pipelines().stream())
        .mapToLong(Report.PipelineReport::offloaded)
        .sum();
  }

  private void say(String text, Object... values) {
    System.err.println(fleet.name() + ", " + String.format(Locale.ROOT, text, values));
  }

  private void send(Window window, int seconds, DoubleSupplier perSecond) {
    hearing = window;
    String topic = topics.of(Topic.INPUT, bundle.manifest().name(), SOURCE);
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (long dueNs = System.nanoTime(); dueNs - endNs < 0; ) {
      while (System.nanoTime() - dueNs < 0) {
        LockSupport.parkNanos(dueNs - System.nanoTime());
      }
      int picture = sent++;
      String frame = "p" + picture;
      window.ledger.sent(frame, frames.label(picture), System.nanoTime());
      bus.publish(
          Message.to(topic)
              .payload(frames.png(picture))
              .correlation(frame.getBytes(StandardCharsets.US_ASCII))
              .build());
      dueNs += (long) (1e9 / perSecond.getAsDouble());
    }
  }

  private Ledger.Totals finished(Ledger ledger) {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MS + 2_000);
    while (ledger.open() > 0 && untilNs - System.nanoTime() > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return ledger.totals();
  }
}
