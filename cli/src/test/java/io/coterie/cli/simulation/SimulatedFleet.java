package io.coterie.cli.simulation;

import io.coterie.agent.AgentOptions;
import io.coterie.agent.VirtualAgent;
import io.coterie.agent.board.BoardSettings;
import io.coterie.broker.reception.VirtualReception;
import io.coterie.orchestrator.VirtualOrchestrator;
import io.coterie.orchestrator.deployment.Fixtures;
import io.coterie.orchestrator.deployment.State;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.RolloutRule;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.simulation.SimulatedClient;
import io.coterie.protocol.simulation.SimulatedMachine;
import io.coterie.protocol.simulation.VirtualStore;
import io.coterie.protocol.simulation.VirtualTime;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A whole fleet in virtual time, of the agents and orchestrators that ship: two hubs with
 * orchestrators, with agents of their own or without, four to six boards, a camera, and a broker
 * apart from them, which filters frames and results as a hub's own does, or not. Only the broker,
 * the network, the disks and what graphs compute are simulated.
 */
final class SimulatedFleet {
  static final String DEPLOYMENT = "d";
  static final String SOURCE = "cam";
  static final String CAMERA = "camera";
  static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);

  private static final double DUPLICATES = 0.01;
  private static final double SUCCESS = 0.9;
  private static final double UPLINK = 20e6;
  private static final double FAILURE_PROBABILITY = 0.1;

  final VirtualTime time;
  final SimulationHistory history;
  final SimulatedBroker broker;
  final Manifest manifest;
  final DeploymentSpec spec;

  /** Another bundle of the same shape, to be rolled out in stages. */
  final DeploymentSpec next;

  final Map<String, SimulatedMachine> machines = new TreeMap<>();
  final Map<String, VirtualOrchestrator> orchestrators = new TreeMap<>();
  final Map<String, VirtualAgent> agents = new TreeMap<>();
  final Map<String, Long> memoryBytes = new TreeMap<>();

  /** Whether the broker is a hub's own, which sees to one result for every frame it accepts. */
  final boolean ownBroker;

  /** When the broker was killed. */
  final List<Double> brokerKillsMs = new ArrayList<>();

  private final SimulatedMachine brokerMachine;
  private final SimulatedClient camera;
  private final Manifest young;
  private long frames;
  private boolean films;

  SimulatedFleet(long seed) {
    time = new VirtualTime(seed);
    history = new SimulationHistory(time);
    broker = new SimulatedBroker(time, DUPLICATES);
    broker.onFailure(
        e -> {
          throw e;
        });
    manifest = time.random().nextBoolean() ? Fixtures.manifest(2) : Fixtures.manifest(1, 2, 4);
    String digest = Fixtures.digest(manifest);
    young = Fixtures.named("young", manifest);
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
    ownBroker = time.random().nextBoolean();
    brokerMachine = new SimulatedMachine(time, "broker");
    if (ownBroker) {
      brokerMachine.runs(() -> VirtualReception.open(broker, brokerMachine, TOPICS));
    }
    brokerMachine.start();
    SimulatedMachine machine = new SimulatedMachine(time, CAMERA);
    machine.start();
    camera = broker.client(machine, CAMERA, Optional.empty());
    camera.start(() -> deploy());
    broker.observe(this::note);
    machines.values().forEach(m -> time.after(time.between(0, 300), m::start));
  }

  /** The broker is killed, and starts anew after a while. */
  void killBroker(long downNs) {
    brokerKillsMs.add(time.nowMs());
    broker.restart(downNs);
    brokerMachine.crash();
    time.after(downNs, brokerMachine::start);
  }

  private SimulatedMachine machine(String name) {
    return machines.computeIfAbsent(name, any -> new SimulatedMachine(time, name));
  }

  private void orchestrator(String id) {
    VirtualStore disk = new VirtualStore();
    SimulatedMachine machine = machine(id);
    machine.runs(
        () -> orchestrators.put(id, new VirtualOrchestrator(id, TOPICS, machine, broker, disk)));
  }

  private void agent(String id, boolean hub) {
    double usualMs = time.between(4, 20) / (double) VirtualTime.MS;
    long memory = (2 + time.random().nextInt(8)) * Fixtures.STUDENT_BYTES;
    memoryBytes.put(id, memory);
    AgentOptions options =
        new AgentOptions(
            id,
            Topics.DEFAULT_BASE,
            Path.of(id),
            1,
            1,
            memory,
            UPLINK,
            FAILURE_PROBABILITY,
            hub,
            TrustedKeys.ANYBODY,
            BoardSettings.NONE);
    VirtualStore disk = new VirtualStore();
    SimulatedMachine machine = machine(id);
    double flopsPerSecond = 1e9 / usualMs;
    machine.runs(
        () -> agents.put(id, new VirtualAgent(options, flopsPerSecond, machine, broker, disk)));
  }

  private void note(String client, Message message) {
    TOPICS
        .parse(message.topic())
        .filter(topic -> topic.topic() == Topic.DEPLOYMENT_PLAN)
        .ifPresent(
            topic ->
                history.add(
                    client + ": plan " + new String(message.payload(), StandardCharsets.UTF_8)));
  }

  /** What a user wants, said once: from then on it is the orchestrators' to remember. */
  private void deploy() {
    if (broker.retained(TOPICS.of(Topic.DEPLOYMENT_SPEC, DEPLOYMENT)).isEmpty() && frames == 0) {
      publish(manifest);
      publishSpec(spec);
    }
  }

  private void publish(Manifest bundle) {
    bundle.files().stream()
        .filter(file -> bundle.deploys(file.sha256()))
        .map(Fixtures::content)
        .forEach(this::publishModel);
    publishModel(Json.bytes(bundle));
  }

  private void publishModel(byte[] content) {
    camera.publish(
        Message.to(TOPICS.of(Topic.MODEL, Digest.of(content)))
            .payload(content)
            .qos(1)
            .retained(true)
            .build());
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
    publish(young);
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
              .payload(new byte[manifest.input().size()])
              .property(FrameDecoder.DTYPE, "uint8")
              .correlation(id)
              .qos(time.random().nextInt(2))
              .build());
      time.after(time.between(30, 170), this::frame);
    }
  }

  /** The one that decides, where there is exactly one and the other one follows. */
  Optional<State> leader() {
    List<State> leaders = new ArrayList<>();
    for (VirtualOrchestrator orchestrator : orchestrators.values()) {
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
    for (VirtualOrchestrator other : orchestrators.values()) {
      if (!other.state().plans().equals(leader.plans())) {
        return "another plan: " + other.state().plans();
      }
    }
    for (Map.Entry<String, VirtualAgent> agent : agents.entrySet()) {
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
