package io.coterie.cli.fleet;

import io.coterie.client.fleet.PlanExecution;
import io.coterie.lab.processes.FollowedDeployment;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** One deployment as seen from outside: publishes what is wanted, follows the plans. */
public final class Deployment implements FollowedDeployment {
  private final MessageBus bus;
  private final Topics topics;
  private final String name;
  private final Map<String, Report> reports = new ConcurrentHashMap<>();
  private final BiConsumer<String, Report> listener;
  private final Semaphore changes = new Semaphore(0);
  private volatile Optional<PlanMessage> plan = Optional.empty();
  private volatile Optional<OrchestratorState> orchestrator = Optional.empty();

  public Deployment(MessageBus bus, Topics topics, String name) {
    this(bus, topics, name, (agent, report) -> {});
  }

  /**
   * Follows the deployment.
   *
   * @param listener hears every report with its agent, on the bus's thread
   */
  public Deployment(
      MessageBus bus, Topics topics, String name, BiConsumer<String, Report> listener) {
    this.listener = listener;
    this.bus = bus;
    this.topics = topics;
    this.name = name;
    bus.subscribe(topics.of(Topic.DEPLOYMENT_PLAN, name), 1, this::planned);
    bus.subscribe(topics.filter(Topic.AGENT_REPORT), 0, this::reported);
    bus.subscribe(topics.of(Topic.ORCHESTRATOR_STATE), 1, this::orchestratorHeard);
  }

  private void planned(Message message) {
    if (message.payload().length > 0) {
      try {
        plan = Optional.of(Json.read(message.payload(), PlanMessage.class));
        changes.release();
      } catch (JsonException e) {
        System.err.println("coterie: unreadable plan: " + e.getMessage());
      }
    }
  }

  private void orchestratorHeard(Message message) {
    try {
      orchestrator =
          message.payload().length == 0
              ? Optional.empty()
              : Optional.of(Json.read(message.payload(), OrchestratorState.class));
      changes.release();
    } catch (JsonException e) {
      System.err.println("coterie: unreadable state of an orchestrator: " + e.getMessage());
    }
  }

  private void reported(Message message) {
    try {
      String agent = topics.parse(message.topic()).orElseThrow().name();
      Report report = Json.read(message.payload(), Report.class);
      reports.put(agent, report);
      listener.accept(agent, report);
      changes.release();
    } catch (JsonException e) {
      System.err.println("coterie: unreadable report: " + e.getMessage());
    }
  }

  /** Publishes the bundle's deployable files and the spec to run it. */
  @Override
  public void deploy(Bundle bundle, DeploymentSpec spec) {
    bundle
        .content()
        .forEach(
            (digest, bytes) -> {
              if (digest.equals(bundle.digest()) || bundle.manifest().deploys(digest)) {
                publish(topics.of(Topic.MODEL, digest), bytes);
              }
            });
    publishSpec(spec);
  }

  /** Publishes the spec to run a bundle that was published before. */
  @Override
  public void publishSpec(DeploymentSpec spec) {
    publish(topics.of(Topic.DEPLOYMENT_SPEC, name), Json.bytes(spec));
  }

  /**
   * The fuser's newest report on this deployment; nothing where the plan has no fuser or it has not
   * reported yet.
   */
  @Override
  public Optional<Report.FuserReport> fused() {
    return plan.map(PlanMessage::fuser).map(reports::get).stream()
        .flatMap(report -> report.fused().stream())
        .filter(fused -> fused.deployment().equals(name))
        .findFirst();
  }

  /** Takes the deployment back. */
  public void remove() {
    publish(topics.of(Topic.DEPLOYMENT_SPEC, name), new byte[0]);
  }

  private void publish(String topic, byte[] payload) {
    bus.publish(Message.to(topic).payload(payload).qos(1).retained(true).build());
  }

  /**
   * Waits for a plan that is wanted and that every agent it names carries out.
   *
   * @return the plan that runs, or nothing if there is none in time
   */
  @Override
  public Optional<PlanMessage> await(Predicate<PlanMessage> wanted, long timeoutMs)
      throws InterruptedException {
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (true) {
      Optional<PlanMessage> now = plan.filter(wanted).filter(this::runs);
      if (now.isPresent()
          || !changes.tryAcquire(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return now;
      }
    }
  }

  /** The newest plan, whether it runs or not. */
  @Override
  public Optional<PlanMessage> plan() {
    return plan;
  }

  /** Waits for a plan or a report; returns whether one came in time. */
  boolean awaitNews(long timeoutNs) throws InterruptedException {
    return changes.tryAcquire(timeoutNs, TimeUnit.NANOSECONDS);
  }

  /** Whether every agent that the plan names carries it out, by its reports. */
  boolean runs(PlanMessage candidate) {
    return !candidate.fuser().isEmpty() && idle(candidate).isEmpty();
  }

  /** The agents that the plan names and that have not reported to carry it out. */
  SortedSet<String> idle(PlanMessage candidate) {
    SortedSet<String> idle = new TreeSet<>(candidate.agents());
    idle.add(candidate.fuser());
    idle.remove("");
    idle.removeIf(
        agent -> {
          Report report = reports.get(agent);
          return report != null && PlanExecution.carriesOut(candidate, name, agent, report);
        });
    return idle;
  }

  /** What the orchestrator that leads, or led last, says of itself; empty where none was heard. */
  Optional<OrchestratorState> orchestrator() {
    return orchestrator;
  }

  @Override
  public void close() {
    bus.unsubscribe(topics.of(Topic.DEPLOYMENT_PLAN, name));
    bus.unsubscribe(topics.filter(Topic.AGENT_REPORT));
    bus.unsubscribe(topics.of(Topic.ORCHESTRATOR_STATE));
  }
}
