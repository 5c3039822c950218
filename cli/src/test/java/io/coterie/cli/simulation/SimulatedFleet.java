package io.coterie.cli.simulation;

import io.coterie.agent.SimulatedAgent;
import io.coterie.orchestrator.SimulatedOrchestrator;
import io.coterie.orchestrator.deployment.Fixtures;
import io.coterie.orchestrator.deployment.State;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.RolloutRule;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.simulation.SimulatedClient;
import io.coterie.protocol.simulation.SimulatedMachine;
import io.coterie.protocol.simulation.VirtualTime;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A whole fleet in virtual time, of the cores that ship: two hubs with orchestrators, with agents
 * of their own or without, four to six boards, a broker apart from them, and a camera.
 */
final class SimulatedFleet {
  static final String DEPLOYMENT = "d";
  static final String SOURCE = "cam";
  static final String CAMERA = "camera";
  static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);

  private static final double DUPLICATES = 0.01;
  private static final double SUCCESS = 0.9;

  final VirtualTime time;
  final SimulationHistory history;
  final SimulatedBroker broker;
  final Manifest manifest;
  final DeploymentSpec spec;

  /** Another bundle of the same shape, to be rolled out in stages. */
  final DeploymentSpec next;

  final Map<String, SimulatedMachine> machines = new TreeMap<>();
  final Map<String, SimulatedOrchestrator> orchestrators = new TreeMap<>();
  final Map<String, SimulatedAgent> agents = new TreeMap<>();
  final Map<String, Capability> capabilities = new TreeMap<>();
  private final SimulatedClient camera;
  private final Map<String, Manifest> bundles;
  private long frames;
  private boolean films;

  SimulatedFleet(long seed) {
    time = new VirtualTime(seed);
    history = new SimulationHistory(time);
    broker = new SimulatedBroker(time, DUPLICATES);
    manifest = time.random().nextBoolean() ? Fixtures.manifest(2) : Fixtures.manifest(1, 2, 4);
    String digest = Fixtures.digest(manifest);
    Manifest young = Fixtures.named("young", manifest);
    bundles = Map.of(digest, manifest, Fixtures.digest(young), young);
    next =
        DeploymentSpec.rocoin(Fixtures.digest(young), 500, SUCCESS)
            .withRollout(RolloutRule.staged(1));
    spec = DeploymentSpec.rocoin(digest, 500, SUCCESS);
    boolean hubsFuse = time.random().nextBoolean();
    for (String hub : List.of("hub-1", "hub-2")) {
      orchestrator(hub);
      if (hubsFuse) {
        agent(hub, true);
      }
    }
    for (int board = 1; board <= 4 + time.random().nextInt(3); board++) {
      agent("board-" + board, false);
    }
    SimulatedMachine machine = new SimulatedMachine(time, CAMERA);
    machine.start();
    camera = broker.client(machine, CAMERA, Optional.empty());
    camera.start(() -> deploy());
    machines.values().forEach(m -> time.after(time.between(0, 300), m::start));
  }

  private SimulatedMachine machine(String name) {
    return machines.computeIfAbsent(name, any -> new SimulatedMachine(time, name));
  }

  private void orchestrator(String id) {
    SimulatedOrchestrator.Disk disk = new SimulatedOrchestrator.Disk();
    SimulatedOrchestrator.Setup setup =
        new SimulatedOrchestrator.Setup(
            id, TOPICS, bundles, disk, line -> history.add(id + ": " + line));
    SimulatedMachine machine = machine(id);
    machine.runs(() -> orchestrators.put(id, new SimulatedOrchestrator(setup, machine, broker)));
  }

  private void agent(String id, boolean hub) {
    double usualMs = time.between(4, 20) / (double) VirtualTime.MS;
    Capability capability =
        new Capability(
            1, "1", "pi", "aarch64", 4, memoryBytes(), 1e9 / usualMs, 20e6, 0.1, hub, 0, 0);
    capabilities.put(id, capability);
    SimulatedAgent.Setup setup =
        new SimulatedAgent.Setup(id, TOPICS, capability, usualMs, bundles, new HashSet<>());
    SimulatedMachine machine = machine(id);
    machine.runs(() -> agents.put(id, new SimulatedAgent(setup, machine, broker)));
  }

  private long memoryBytes() {
    return (2 + time.random().nextInt(8)) * Fixtures.STUDENT_BYTES;
  }

  /** What a user wants, said once: from then on it is the orchestrators' to remember. */
  private void deploy() {
    if (broker.retained(TOPICS.of(Topic.DEPLOYMENT_SPEC, DEPLOYMENT)).isEmpty() && frames == 0) {
      publishSpec(spec);
    }
  }

  private void publishSpec(DeploymentSpec wanted) {
    camera.publish(
        Message.to(TOPICS.of(Topic.DEPLOYMENT_SPEC, DEPLOYMENT))
            .payload(Json.bytes(wanted))
            .qos(1)
            .retained(true)
            .build());
  }

  /** The user wants the other bundle. */
  void rollOut() {
    history.add("ROLL OUT");
    publishSpec(next);
  }

  /** The camera begins, or goes on until it is told to stop. */
  void film() {
    if (!films) {
      films = true;
      frame();
    }
  }

  void stopFilming() {
    films = false;
  }

  private void frame() {
    if (films) {
      byte[] id = ("f" + frames++).getBytes(StandardCharsets.UTF_8);
      camera.publish(
          Message.to(TOPICS.of(Topic.INPUT, DEPLOYMENT, SOURCE))
              .payload(id)
              .correlation(id)
              .qos(time.random().nextInt(2))
              .build());
      time.after(time.between(30, 170), this::frame);
    }
  }

  /** The one that decides, where there is exactly one and the other one follows. */
  Optional<State> leader() {
    List<State> leaders = new ArrayList<>();
    for (SimulatedOrchestrator orchestrator : orchestrators.values()) {
      if (orchestrator.state().phase() == State.Phase.READY) {
        leaders.add(orchestrator.state());
      } else if (orchestrator.state().phase() != State.Phase.FOLLOWING) {
        return Optional.empty();
      }
    }
    return leaders.size() == 1 ? Optional.of(leaders.get(0)) : Optional.empty();
  }

  /** Empty where everybody does what the one leader wants, which is all there is to do. */
  String unsettled() {
    for (SimulatedMachine machine : machines.values()) {
      if (!machine.isWell()) {
        return machine.name() + " is not well";
      }
    }
    if (!camera.connected()) {
      return "the camera is not connected";
    }
    Optional<State> leader = leader();
    return leader.isEmpty() ? "nobody leads" : unsettled(leader.get());
  }

  private String unsettled(State leader) {
    PlanMessage plan = leader.plans().get(DEPLOYMENT);
    if (plan == null || !plan.complete() || leader.replanAtNs().isPresent()) {
      return "no complete plan: " + plan;
    }
    if (leader.fleet().online().size() < agents.size()) {
      return "the leader does not know all agents: " + leader.fleet();
    }
    for (SimulatedOrchestrator other : orchestrators.values()) {
      if (!other.state().plans().equals(leader.plans())) {
        return "another plan: " + other.state().plans();
      }
    }
    for (Map.Entry<String, SimulatedAgent> agent : agents.entrySet()) {
      Assignment wanted = leader.assignments().getOrDefault(agent.getKey(), Assignment.NONE);
      if (!wanted.trials().isEmpty() || !agent.getValue().active().hasRolesOf(wanted)) {
        return agent.getKey() + " carries out " + agent.getValue().active();
      }
    }
    boolean heard =
        List.of(plan.fuser(), plan.standby()).stream()
            .allMatch(name -> agents.get(name).hearsResults(DEPLOYMENT));
    return heard ? "" : "a fuser is not subscribed";
  }
}
