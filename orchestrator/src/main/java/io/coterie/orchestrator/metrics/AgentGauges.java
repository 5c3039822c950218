package io.coterie.orchestrator.metrics;

import io.coterie.client.fleet.Fleet.Member;
import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Report.ModelTime;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantiles;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What agents say of themselves, as it is when somebody asks. */
final class AgentGauges {
  /** Students that one agent runs; a report may name any number. */
  private static final int MOST_MODELS = 32;

  private static final int LONGEST_NAME = 128;

  private final PrometheusRegistry registry;
  private final Supplier<FleetView> observed;

  AgentGauges(PrometheusRegistry registry, Supplier<FleetView> observed) {
    this.registry = registry;
    this.observed = observed;
  }

  void register() {
    GaugeWithCallback.builder()
        .name("coterie_agent_up")
        .help("Whether the agent takes part.")
        .labelNames("agent")
        .callback(
            row -> members().forEach(member -> row.call(member.online() ? 1 : 0, member.id())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("coterie_queue_depth")
        .help("Frames and tasks that wait at the agent.")
        .labelNames("agent")
        .callback(
            row -> reports().forEach((agent, report) -> row.call((double) queued(report), agent)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("coterie_agent_temperature_celsius")
        .help("Of the board's processor, where it tells.")
        .labelNames("agent")
        .callback(row -> boards((agent, board) -> temperature(row, agent, board)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("coterie_agent_throttled")
        .help("Whether the firmware slows the board down, where it tells of itself.")
        .labelNames("agent")
        .callback(
            row -> boards((agent, board) -> row.call(board.throttled().isEmpty() ? 0 : 1, agent)))
        .register(registry);
    counter("coterie_dropped_frames", "Frames dropped from a full queue.", Report::droppedFrames);
    counter("coterie_inference_failures", "Inferences that failed.", Report::failures);
    counter("coterie_stops_in_time", "Frames stopped before their end.", r -> r.stops().inTime());
    SummaryWithCallback.builder()
        .name("coterie_inference_seconds")
        .help("From a frame's arrival at the agent to its portion's departure.")
        .labelNames("model", "agent")
        .callback(row -> reports().forEach((agent, report) -> models(row, agent, report)))
        .register(registry);
  }

  private static void temperature(
      GaugeWithCallback.Callback row, String agent, Report.Board board) {
    if (board.temperatureCelsius() != null) {
      row.call(board.temperatureCelsius(), agent);
    }
  }

  private void boards(BiConsumer<String, Report.Board> consumer) {
    reports()
        .forEach(
            (agent, report) -> {
              if (report.board() != null) {
                consumer.accept(agent, report.board());
              }
            });
  }

  private void counter(String name, String help, ToDoubleFunction<Report> value) {
    CounterWithCallback.builder()
        .name(name + "_total")
        .help(help)
        .labelNames("agent")
        .callback(
            row ->
                reports().forEach((agent, report) -> row.call(value.applyAsDouble(report), agent)))
        .register(registry);
  }

  /** An agent may run one student for several deployments: their times add up. */
  private static void models(SummaryWithCallback.Callback row, String agent, Report report) {
    Map<String, double[]> byModel = new LinkedHashMap<>();
    for (ModelTime time : report.models()) {
      boolean room = byModel.size() < MOST_MODELS || byModel.containsKey(time.student());
      if (room && time.student().length() <= LONGEST_NAME) {
        double[] sum = byModel.computeIfAbsent(time.student(), student -> new double[2]);
        sum[0] += time.frames();
        sum[1] += time.totalMs() / 1e3;
      }
    }
    byModel.forEach((model, sum) -> row.call((long) sum[0], sum[1], Quantiles.EMPTY, model, agent));
  }

  private static long queued(Report report) {
    return report.queued()
        + report.pipelines().stream().mapToLong(piped -> piped.queued() + piped.outgoing()).sum();
  }

  private Collection<Member> members() {
    return observed.get().fleet().members().values();
  }

  private Map<String, Report> reports() {
    return observed.get().reports();
  }
}
