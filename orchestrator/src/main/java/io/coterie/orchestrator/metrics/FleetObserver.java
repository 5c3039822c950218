package io.coterie.orchestrator.metrics;

import io.coterie.orchestrator.membership.Membership;
import io.coterie.orchestrator.observation.Observed;
import io.coterie.orchestrator.observation.Readiness;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Listens to everything that tells how a fleet does, with the rights of a viewer.
 *
 * <p>Thread-safe.
 */
public final class FleetObserver implements AutoCloseable {
  /** The media type of {@link #writeMetrics}. */
  public static final String METRICS_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final List<Topic> TOPICS =
      List.of(
          Topic.AGENT_STATE,
          Topic.AGENT_CAPABILITY,
          Topic.AGENT_REPORT,
          Topic.DEPLOYMENT_SPEC,
          Topic.DEPLOYMENT_PLAN,
          Topic.RESULT);

  private final Topics topics;
  private final MessageBus bus;
  private final BooleanSupplier serves;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counts counts = new Counts(registry);
  private final ScheduledExecutorService clock;
  private volatile Observed observed = Observed.NOTHING;

  /**
   * Prepares an observer.
   *
   * @param bus not yet started; ends with the observer
   * @param serves whether this process lets clients in now, which a standby does not always do
   */
  public FleetObserver(Topics topics, MessageBus bus, BooleanSupplier serves) {
    this.topics = topics;
    this.serves = serves;
    this.bus = bus;
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
    clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "fleet-observer");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Connects and listens until closed. */
  public void start() {
    TOPICS.forEach(topic -> bus.subscribe(topics.filter(topic), 1, this::received));
    bus.start(() -> change(now -> now.with(new Membership.Reconnected(), System.nanoTime())));
    ScheduledFuture<?> unused =
        clock.scheduleWithFixedDelay(
            () -> change(now -> now.with(new Membership.Tick(), System.nanoTime())),
            1,
            1,
            TimeUnit.SECONDS);
  }

  /** Whether every deployment's frames can be answered. */
  public Readiness readiness() {
    return blind().orElseGet(observed::readiness);
  }

  /** Whether the deployment's frames can be answered; empty where there is no such deployment. */
  public Optional<Readiness> readiness(String deployment) {
    Observed now = observed;
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

  private synchronized void change(UnaryOperator<Observed> change) {
    observed = change.apply(observed);
  }

  private void received(Message message) {
    Optional<Topics.Parsed> topic = topics.parse(message.topic());
    try {
      if (topic.isEmpty()) {
        throw new JsonException("no topic of ours");
      }
      heard(topic.get(), message);
    } catch (JsonException e) {
      change(Observed::oneLeftOut);
    }
  }

  private void heard(Topics.Parsed topic, Message message) throws JsonException {
    byte[] payload = message.payload();
    String name = topic.name();
    boolean cleared = payload.length == 0;
    switch (topic.topic()) {
      case AGENT_STATE ->
          agent(
              name,
              cleared
                  ? new Membership.StateCleared(name)
                  : new Membership.StateHeard(name, Json.read(payload, AgentState.class)));
      case AGENT_CAPABILITY ->
          agent(
              name,
              cleared
                  ? new Membership.CapabilityCleared(name)
                  : new Membership.CapabilityHeard(name, Json.read(payload, Capability.class)));
      case AGENT_REPORT -> report(name, Json.read(payload, Report.class));
      case DEPLOYMENT_SPEC ->
          specHeard(
              name,
              cleared ? Optional.empty() : Optional.of(Json.read(payload, DeploymentSpec.class)));
      case DEPLOYMENT_PLAN ->
          plan(
              name,
              cleared ? Optional.empty() : Optional.of(Json.read(payload, PlanMessage.class)),
              message.retained());
      case RESULT -> result(name, Json.read(payload, Result.class));
      case AGENT_ASSIGNMENT,
          AGENT_INBOX,
          AGENT_LOAD,
          AGENT_REQUEST,
          DEPLOYMENT_SETTING,
          INPUT,
          PORTION,
          CONTROL,
          MODEL,
          ORCHESTRATOR_STATE ->
          throw new JsonException("not asked for");
    }
  }

  private void agent(String name, Membership.Input input) {
    change(now -> now.with(name, input, System.nanoTime()));
  }

  private void report(String agent, Report report) {
    change(now -> now.with(agent, report, System.nanoTime()));
  }

  private void specHeard(String deployment, Optional<DeploymentSpec> spec) {
    change(now -> now.withSpec(deployment, spec));
    if (spec.isPresent() && observed.deployments().containsKey(deployment)) {
      counts.begin(deployment);
    }
  }

  /** A plan that was there before us was counted by who was there. */
  private void plan(String deployment, Optional<PlanMessage> plan, boolean retained) {
    if (!retained && plan.isPresent()) {
      observed.causeOf(deployment, plan.get()).ifPresent(counts::replanned);
    }
    change(now -> now.withPlan(deployment, plan));
  }

  private void result(String deployment, Result result) {
    if (observed.deployments().containsKey(deployment)) {
      counts.answered(deployment, result);
    } else {
      change(Observed::oneLeftOut);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    bus.close();
  }
}
