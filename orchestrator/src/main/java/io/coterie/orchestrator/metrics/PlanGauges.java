package io.coterie.orchestrator.metrics;

import io.coterie.client.fleet.Deployed;
import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.message.PlanMessage;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What runs, as it is when somebody asks. */
final class PlanGauges {
  private final PrometheusRegistry registry;
  private final Supplier<FleetView> observed;

  PlanGauges(PrometheusRegistry registry, Supplier<FleetView> observed) {
    this.registry = registry;
    this.observed = observed;
  }

  void register() {
    gauge("coterie_plan_epoch", "Number of the plan that runs.", PlanMessage::epoch);
    gauge(
        "coterie_plan_complete",
        "Whether the plan has a group for every partition, and a fuser.",
        plan -> plan.complete() ? 1 : 0);
    gauge(
        "coterie_plan_latency_seconds",
        "Predicted time from a frame to its last portion.",
        plan -> plan.latencyMs() / 1e3);
    gauge(
        "coterie_plan_success_ratio",
        "Predicted probability that no portion is missing.",
        PlanMessage::successProbability);
    gauge("coterie_plan_accuracy_ratio", "Predicted accuracy.", PlanMessage::expectedAccuracy);
    GaugeWithCallback.builder()
        .name("coterie_group_replicas")
        .help("Agents that take part and compute the partition.")
        .labelNames("deployment", "partition")
        .callback(this::replicas)
        .register(registry);
  }

  private void gauge(String name, String help, ToDoubleFunction<PlanMessage> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("deployment")
        .callback(
            row -> plans((deployment, plan) -> row.call(value.applyAsDouble(plan), deployment)))
        .register(registry);
  }

  private void replicas(GaugeWithCallback.Callback row) {
    FleetView now = observed.get();
    plans(
        (deployment, plan) ->
            plan.groups()
                .forEach(
                    group ->
                        row.call(
                            (double) Deployed.replicas(group, now.fleet()),
                            deployment,
                            Integer.toString(group.partition()))));
  }

  private void plans(BiConsumer<String, PlanMessage> consumer) {
    observed
        .get()
        .deployments()
        .forEach(
            (name, deployed) -> deployed.plan().ifPresent(plan -> consumer.accept(name, plan)));
  }
}
