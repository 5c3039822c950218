package io.coterie.hub.simulation;

import io.coterie.agent.AgentOptions;
import io.coterie.agent.EdgeAgent;
import io.coterie.agent.VirtualAgent;
import io.coterie.agent.board.BoardSettings;
import io.coterie.broker.reception.VirtualReception;
import io.coterie.hub.VirtualStandby;
import io.coterie.orchestrator.VirtualOrchestrator;
import io.coterie.orchestrator.deployment.Fixtures;
import io.coterie.orchestrator.deployment.State;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
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
import java.util.function.Function;

/**
 * A whole fleet in virtual time, of the agents and orchestrators that ship: two hubs, four to six
 * boards, and a camera. Either a broker apart from the hubs filters frames and results as a hub's
 * own does, or not, and the hubs have agents of their own or not; or the second hub is a standby
 * for the first, and each has a broker in its process. Only brokers, the network, the disks and
 * what graphs compute are simulated.
 */
final class SimulatedFleet {
  static final String DEPLOYMENT = "d";
  static final String SOURCE = "cam";
  static final String CAMERA = "camera";
  static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);

  private static final String FIRST = "hub-1";
  private static final String SECOND = "hub-2";
  private static final double DUPLICATES = 0.01;
  private static final double SUCCESS = 0.9;
  private static final double UPLINK = 20e6;
  private static final double FAILURE_PROBABILITY = 0.1;

  final VirtualTime time;
  final SimulationHistory history;

  /** In order of preference: one apart, or each hub's own. */
  final List<SimulatedBroker> brokers = new ArrayList<>();

  final Manifest manifest;
  final DeploymentSpec spec;

  /** Another bundle of the same shape, to be rolled out in stages. */
  final DeploymentSpec next;

  final Map<String, SimulatedMachine> machines = new TreeMap<>();
  final Map<String, VirtualOrchestrator> orchestrators = new TreeMap<>();
  final Map<String, VirtualAgent> agents = new TreeMap<>();
  final Map<String, Long> memoryBytes = new TreeMap<>();

  /** Whether brokers are hubs' own, which see to one result for every frame they accept. */
  final boolean ownBroker;

  /** Whether the second hub stands by for the first. */
  final boolean twoBrokers;

  private VirtualStandby standby;
  private final SimulatedClient camera;
  private final Manifest young;
  private long frames;
  private boolean deployed;
  private boolean films;

  SimulatedFleet(long seed) {
    time = new VirtualTime(seed);
    history = new SimulationHistory(time);
    manifest = time.random().nextBoolean() ? Fixtures.manifest(2) : Fixtures.manifest(1, 2, 4);
    String digest = Fixtures.digest(manifest);
    young = Fixtures.named("young", manifest);
    next =
        DeploymentSpec.rocoin(Fixtures.digest(young), 500, SUCCESS)
            .withRollout(RolloutRule.staged(1));
    spec = DeploymentSpec.rocoin(digest, 500, SUCCESS);
    ownBroker = time.random().nextInt(3) > 0;
    twoBrokers = ownBroker && time.random().nextBoolean();
    if (twoBrokers) {
      firstHub();
      secondHub();
    } else {
      hubsOfOneBroker();
    }
    for (int board = 1; board <= 4 + time.random().nextInt(3); board++) {
      String id = "board-" + board;
      agent(id, false, (clientId, will) -> client(machine(id), clientId, will));
    }
    SimulatedMachine machine = new SimulatedMachine(time, CAMERA);
    machine.start();
    camera = new SimulatedClient(brokers, machine, CAMERA, Optional.empty());
    camera.start(() -> deploy());
    machines.values().forEach(m -> time.after(time.between(0, 300), m::start));
  }

  private void hubsOfOneBroker() {
    SimulatedMachine machine = new SimulatedMachine(time, "broker");
    SimulatedBroker broker = broker(machine);
    if (ownBroker) {
      machine.runs(() -> VirtualReception.open(broker, TOPICS));
    }
    machine.start();
    boolean hubsFuse = time.random().nextBoolean();
    for (String hub : List.of(FIRST, SECOND)) {
      orchestrator(hub, will -> client(machine(hub), "orchestrator-" + hub, will));
      if (hubsFuse) {
        agent(hub, true, (clientId, will) -> client(machine(hub), clientId, will));
      }
    }
  }

  private void firstHub() {
    SimulatedBroker broker = broker(machine(FIRST));
    broker.machine().runs(() -> VirtualReception.open(broker, TOPICS));
    orchestrator(FIRST, will -> broker.bus());
    agent(FIRST, true, (clientId, will) -> broker.bus());
  }

  private void secondHub() {
    SimulatedBroker first = brokers.get(0);
    SimulatedMachine machine = machine(SECOND);
    SimulatedBroker own = broker(machine);
    machine.runs(() -> standby = new VirtualStandby(own, TOPICS));
    agent(
        SECOND,
        true,
        (clientId, will) ->
            standby.bus("agent", () -> first.client(machine, clientId, Optional.of(will))));
    String clientId = "orchestrator-" + SECOND;
    orchestrator(
        SECOND,
        will ->
            standby.bus("orchestrator", () -> first.client(machine, clientId, Optional.of(will))));
    machine.runs(
        () ->
            standby.start(
                orchestrators.get(SECOND), first.client(machine, "standby", Optional.empty())));
  }

  private SimulatedBroker broker(SimulatedMachine machine) {
    SimulatedBroker broker = new SimulatedBroker(machine, DUPLICATES);
    broker.onFailure(
        e -> {
          throw e;
        });
    broker.observe(this::note);
    brokers.add(broker);
    return broker;
  }

  private MessageBus client(SimulatedMachine machine, String clientId, Message will) {
    return new SimulatedClient(brokers, machine, clientId, Optional.of(will));
  }

  private SimulatedMachine machine(String name) {
    return machines.computeIfAbsent(name, any -> new SimulatedMachine(time, name));
  }

  private void orchestrator(String id, Function<Message, MessageBus> buses) {
    VirtualStore disk = new VirtualStore();
    SimulatedMachine machine = machine(id);
    machine.runs(
        () -> orchestrators.put(id, new VirtualOrchestrator(id, TOPICS, machine, buses, disk)));
  }

  private void agent(String id, boolean hub, EdgeAgent.BusFactory buses) {
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
        () -> agents.put(id, new VirtualAgent(options, flopsPerSecond, machine, buses, disk)));
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
    if (!deployed) {
      deployed = true;
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
    if (twoBrokers && !standby.follows()) {
      return "the second hub serves";
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
