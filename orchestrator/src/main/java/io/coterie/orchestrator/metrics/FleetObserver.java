package io.coterie.orchestrator.metrics;

import io.coterie.client.fleet.Deployed;
import io.coterie.client.fleet.FleetView;
import io.coterie.client.fleet.Membership;
import io.coterie.client.fleet.Readiness;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.runtime.EventLoop;
import io.coterie.protocol.runtime.ThreadLoop;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Listens to everything that tells how a fleet does, with the rights of a viewer.
 *
 * <p>Thread-safe.
 */
public final class FleetObserver implements AutoCloseable {
  /** The media type of {@link #writeMetrics}. */
  public static final String METRICS_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final long TICK_NS = TimeUnit.SECONDS.toNanos(1);

  private final Topics topics;
  private final MessageBus bus;
  private final EventLoop loop;
  private final Runnable closing;
  private final BooleanSupplier serves;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counts counts = new Counts(registry);

  /** Changed on the loop only. */
  private volatile FleetView observed = FleetView.NOTHING;

  /**
   * Prepares an observer with a thread of its own.
   *
   * @param bus not yet started; ends with the observer
   * @param serves whether this process lets clients in now, which a standby does not always do
   */
  public FleetObserver(Topics topics, MessageBus bus, BooleanSupplier serves) {
    this(topics, bus, serves, new ThreadLoop("fleet-observer"));
  }

  private FleetObserver(Topics topics, MessageBus bus, BooleanSupplier serves, ThreadLoop loop) {
    this(topics, bus, serves, loop, loop::close);
  }

  /**
   * Prepares an observer on a loop.
   *
   * @param closing ends the loop
   */
  public FleetObserver(
      Topics topics, MessageBus bus, BooleanSupplier serves, EventLoop loop, Runnable closing) {
    this.topics = topics;
    this.serves = serves;
    this.bus = bus;
    this.loop = loop;
    this.closing = closing;
    new AgentGauges(registry, () -> observed).register();
    new PlanGauges(registry, () -> observed).register();
    GaugeWithCallback.builder()
        .name("coterie_ready")
        .help("Whether the frames of every deployment can be answered.")
        .callback(row -> row.call(readiness().ready() ? 1 : 0))
        .register(registry);
    CounterWithCallback.builder()
        .name("coterie_ignored_messages_total")
        .help("Messages that made no sense here, or were of too many agents or deployments.")
        .callback(row -> row.call((double) observed.leftOut()))
        .register(registry);
    JvmMetrics.builder().register(registry);
  }

  /** Connects and listens until closed. */
  public void start() {
    FleetView.TOPICS.forEach(this::subscribe);
    subscribe(Topic.RESULT);
    bus.start(() -> loop.execute(() -> note(new Membership.Reconnected())));
    loop.every(TICK_NS, () -> note(new Membership.Tick()));
  }

  private void subscribe(Topic topic) {
    bus.subscribe(topics.filter(topic), 1, message -> loop.execute(() -> received(message)));
  }

  private void note(Membership.Input input) {
    observed = observed.with(input, loop.nowNs());
  }

  /** Whether every deployment's frames can be answered. */
  public Readiness readiness() {
    return blind().orElseGet(observed::readiness);
  }

  /** Whether the deployment's frames can be answered; empty where there is no such deployment. */
  public Optional<Readiness> readiness(String deployment) {
    FleetView now = observed;
    return Optional.of(deployment)
        .filter(name -> now.deployments().containsKey(name))
        .map(name -> blind().orElseGet(() -> now.deployment(name).readiness(name, now.fleet())));
  }

  /** Why nothing can be answered here, whatever the fleet does. */
  private Optional<Readiness> blind() {
    if (!serves.getAsBoolean()) {
      return Optional.of(Readiness.not("stands by for another hub"));
    }
    return bus.connected()
        ? Optional.empty()
        : Optional.of(Readiness.not("no connection to the broker"));
  }

  /** Writes all metrics in Prometheus' text format, UTF-8. */
  public void writeMetrics(OutputStream out) throws IOException {
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
  }

  private void received(Message message) {
    Optional<Topics.Parsed> topic = topics.parse(message.topic());
    try {
      if (topic.isEmpty()) {
        throw new JsonException("no topic of ours");
      }
      heard(topic.get(), message);
    } catch (JsonException e) {
      observed = observed.oneLeftOut();
    }
  }

  private void heard(Topics.Parsed topic, Message message) throws JsonException {
    if (topic.topic() == Topic.RESULT) {
      result(topic.name(), Json.read(message.payload(), Result.class));
      return;
    }
    FleetView before = observed;
    FleetView after = before.after(topic, message.payload(), loop.nowNs());
    observed = after;
    Deployed known = after.deployment(topic.name());
    if (topic.topic() == Topic.DEPLOYMENT_SPEC && known.spec().isPresent()) {
      counts.begin(topic.name());
    }
    // A plan that was there before us was counted by who was there.
    if (topic.topic() == Topic.DEPLOYMENT_PLAN && !message.retained()) {
      known.plan().flatMap(plan -> before.causeOf(topic.name(), plan)).ifPresent(counts::replanned);
    }
  }

  private void result(String deployment, Result result) {
    if (observed.deployments().containsKey(deployment)) {
      counts.answered(deployment, result);
    } else {
      observed = observed.oneLeftOut();
    }
  }

  @Override
  public void close() {
    bus.close();
    closing.run();
  }
}
