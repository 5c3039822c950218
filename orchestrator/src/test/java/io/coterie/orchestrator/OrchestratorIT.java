package io.coterie.orchestrator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.broker.BrokerException;
import io.coterie.broker.BrokerOptions;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.orchestrator.deployment.Fixtures;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The orchestrator with a real broker; agents and users are plain MQTT clients. */
class OrchestratorIT {
  private static final Topics TOPICS = new Topics("coterie");
  private static final Manifest MANIFEST = Fixtures.manifest(2);

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private EmbeddedBroker broker;

  @BeforeEach
  void startBroker() throws BrokerException {
    broker = EmbeddedBroker.start(BrokerOptions.loopback(0));
  }

  @AfterEach
  void closeEverything() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    broker.close();
  }

  @Test
  void deploysAndReplansWhenABoardDies() throws Exception {
    orchestratorInTheHub();
    MessageBus user = client("user");
    var plans = watch(user, TOPICS.of(Topic.DEPLOYMENT_PLAN, "cam"));
    var assignments = watch(user, TOPICS.filter(Topic.AGENT_ASSIGNMENT));
    agentJoins(user, "a");
    agentJoins(user, "b");
    deploy(user, "cam");
    PlanMessage plan = await(plans, PlanMessage.class, p -> p.complete() && p.groups().size() == 2);
    Assignment fuser =
        await(
            assignments, Assignment.class, a -> !a.fusers().isEmpty() && a.epoch() == plan.epoch());
    assertEquals(plan.acceptFrom(), fuser.fusers().get(0).acceptFrom());
    agent(user, "b", Availability.OFFLINE);
    PlanMessage next = await(plans, PlanMessage.class, p -> p.epoch() > plan.epoch());
    assertTrue(next.complete());
    next.groups().forEach(group -> assertEquals(List.of("a"), group.agents()));
  }

  @Test
  void clearsThePlanWithTheSpec() throws Exception {
    orchestratorInTheHub();
    MessageBus user = client("user");
    var plans = watch(user, TOPICS.of(Topic.DEPLOYMENT_PLAN, "cam"));
    agentJoins(user, "a");
    deploy(user, "cam");
    await(plans, PlanMessage.class, PlanMessage::complete);
    retain(user, TOPICS.of(Topic.DEPLOYMENT_SPEC, "cam"), new byte[0]);
    Message last = next(plans);
    while (last.payload().length > 0) {
      last = next(plans);
    }
    assertEquals(0, last.payload().length);
  }

  @Test
  void survivesGarbageOnEveryTopic() throws Exception {
    Orchestrator orchestrator = orchestratorInTheHub();
    MessageBus user = client("user");
    for (Topic topic : Inbox.TOPICS) {
      String[] names = topic == Topic.ORCHESTRATOR_STATE ? new String[0] : new String[] {"x"};
      retain(user, TOPICS.of(topic, names), new byte[] {'{', (byte) 0xff});
    }
    var plans = watch(user, TOPICS.of(Topic.DEPLOYMENT_PLAN, "cam"));
    agentJoins(user, "a");
    deploy(user, "cam");
    await(plans, PlanMessage.class, PlanMessage::complete);
    assertTrue(orchestrator.ignored() >= Inbox.TOPICS.size(), () -> "" + orchestrator.ignored());
  }

  @Test
  void reannouncesToABrokerThatStartsEmpty() throws Exception {
    int port = broker.port();
    Orchestrator orchestrator =
        new Orchestrator(
            new OrchestratorOptions(TOPICS, "hub", Optional.empty()),
            will -> new PahoBus(connection(port, "orchestrator").withWill(will)));
    start(orchestrator);
    MessageBus user = client("user");
    var plans = watch(user, TOPICS.of(Topic.DEPLOYMENT_PLAN, "cam"));
    agentJoins(user, "a");
    deploy(user, "cam");
    PlanMessage plan = await(plans, PlanMessage.class, PlanMessage::complete);
    close(user);
    broker.close();
    broker = EmbeddedBroker.start(BrokerOptions.loopback(port));
    MessageBus late = client("late");
    assertEquals(
        plan,
        await(watch(late, TOPICS.of(Topic.DEPLOYMENT_PLAN, "cam")), PlanMessage.class, p -> true));
    modelsAndSpecAreThere(late);
  }

  @Test
  void carriesOnFromItsStateFolder() throws Exception {
    OrchestratorOptions options = new OrchestratorOptions(TOPICS, "hub", Optional.of(folder));
    Orchestrator first = new Orchestrator(options, will -> broker.bus());
    start(first);
    MessageBus user = client("user");
    agentJoins(user, "a");
    deploy(user, "cam");
    PlanMessage plan =
        await(
            watch(user, TOPICS.of(Topic.DEPLOYMENT_PLAN, "cam")),
            PlanMessage.class,
            PlanMessage::complete);
    close(user);
    first.close();
    broker.close();
    broker = EmbeddedBroker.start(BrokerOptions.loopback(0));
    Orchestrator second = new Orchestrator(options, will -> broker.bus());
    start(second);
    MessageBus late = client("late");
    var plans = watch(late, TOPICS.of(Topic.DEPLOYMENT_PLAN, "cam"));
    assertEquals(plan, await(plans, PlanMessage.class, p -> true));
    agentJoins(late, "a");
    modelsAndSpecAreThere(late);
  }

  @Test
  void aStandbyTakesOverAndThePlanStays() throws Exception {
    Orchestrator first = orchestrator("first");
    MessageBus user = client("user");
    var states = watch(user, TOPICS.of(Topic.ORCHESTRATOR_STATE));
    var plans = watch(user, TOPICS.of(Topic.DEPLOYMENT_PLAN, "cam"));
    OrchestratorState leader = await(states, OrchestratorState.class, OrchestratorIT::leads);
    assertEquals("first", leader.id());
    agentJoins(user, "a");
    agentJoins(user, "b");
    deploy(user, "cam");
    PlanMessage plan = await(plans, PlanMessage.class, p -> p.complete() && p.groups().size() == 2);
    orchestrator("second");
    var assignments = watch(user, TOPICS.filter(Topic.AGENT_ASSIGNMENT));
    next(assignments);
    next(assignments);
    // Renewed while the second listens, which the second has not contradicted.
    await(states, OrchestratorState.class, state -> state.equals(leader));
    await(states, OrchestratorState.class, state -> state.equals(leader));
    first.close();
    OrchestratorState next =
        await(
            states, OrchestratorState.class, state -> leads(state) && state.id().equals("second"));
    assertTrue(next.term() > leader.term(), () -> leader + " " + next);
    agent(user, "b", Availability.OFFLINE);
    PlanMessage after = await(plans, PlanMessage.class, p -> p.epoch() != plan.epoch());
    assertEquals(plan.epoch() + 1, after.epoch());
    assertEquals(next.term(), after.term());
    Assignment changed = await(assignments, Assignment.class, assignment -> true);
    assertEquals(after.epoch(), changed.epoch(), "assigned at the take-over already");
  }

  /** The claim of one who has never led names less than any clock. */
  private static boolean leads(OrchestratorState state) {
    return state.term() > 1_024;
  }

  private Orchestrator orchestrator(String id) throws IOException {
    Orchestrator orchestrator =
        new Orchestrator(
            new OrchestratorOptions(TOPICS, id, Optional.of(folder.resolve(id))),
            will -> new PahoBus(connection(broker.port(), id).withWill(will)));
    start(orchestrator);
    return orchestrator;
  }

  private void modelsAndSpecAreThere(MessageBus bus) throws Exception {
    next(watch(bus, TOPICS.of(Topic.DEPLOYMENT_SPEC, "cam")));
    next(watch(bus, TOPICS.of(Topic.MODEL, Fixtures.digest(MANIFEST))));
    for (ModelFile file : MANIFEST.files()) {
      if (!file.equals(MANIFEST.teacher().model())) {
        next(watch(bus, TOPICS.of(Topic.MODEL, file.sha256())));
      }
    }
  }

  private Orchestrator orchestratorInTheHub() throws IOException {
    Orchestrator orchestrator =
        new Orchestrator(
            new OrchestratorOptions(TOPICS, "hub", Optional.empty()), will -> broker.bus());
    start(orchestrator);
    return orchestrator;
  }

  private void start(Orchestrator orchestrator) {
    open.add(orchestrator);
    orchestrator.start();
  }

  private MessageBus client(String id) throws InterruptedException {
    MessageBus bus = new PahoBus(connection(broker.port(), id));
    open.add(bus);
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    bus.start(() -> events.add("connected"));
    assertEquals("connected", events.poll(10, TimeUnit.SECONDS));
    return bus;
  }

  private void close(MessageBus bus) {
    open.remove(bus);
    bus.close();
  }

  private static ConnectionOptions connection(int port, String id) {
    return ConnectionOptions.of(List.of(URI.create("mqtt://127.0.0.1:" + port)), id);
  }

  private static void agentJoins(MessageBus bus, String agent) {
    retain(bus, TOPICS.of(Topic.AGENT_CAPABILITY, agent), Json.bytes(Fixtures.capability(1)));
    agent(bus, agent, Availability.ONLINE);
  }

  private static void agent(MessageBus bus, String agent, Availability availability) {
    retain(bus, TOPICS.of(Topic.AGENT_STATE, agent), Json.bytes(new AgentState(availability, 1)));
  }

  private static void deploy(MessageBus bus, String name) {
    retain(bus, TOPICS.of(Topic.MODEL, Fixtures.digest(MANIFEST)), Json.bytes(MANIFEST));
    for (ModelFile file : MANIFEST.files()) {
      retain(bus, TOPICS.of(Topic.MODEL, file.sha256()), Fixtures.content(file));
    }
    retain(bus, TOPICS.of(Topic.DEPLOYMENT_SPEC, name), Json.bytes(Fixtures.spec(MANIFEST, 0.5)));
  }

  private static void retain(MessageBus bus, String topic, byte[] payload) {
    bus.publish(Message.to(topic).payload(payload).qos(1).retained(true).build());
  }

  private static BlockingQueue<Message> watch(MessageBus bus, String filter) {
    BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    bus.subscribe(filter, 1, received::add);
    return received;
  }

  private static Message next(BlockingQueue<Message> received) throws InterruptedException {
    Message message = received.poll(20, TimeUnit.SECONDS);
    assertTrue(message != null, "nothing received within 20 s");
    return message;
  }

  private static <T> T await(BlockingQueue<Message> received, Class<T> type, Predicate<T> wanted)
      throws InterruptedException, JsonException {
    while (true) {
      Message message = next(received);
      if (message.payload().length > 0) {
        T value = Json.read(message.payload(), type);
        if (wanted.test(value)) {
          return value;
        }
      }
    }
  }
}
