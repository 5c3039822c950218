package io.coterie.cli.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.AgentOptions;
import io.coterie.agent.EdgeAgent;
import io.coterie.agent.TinyBundle;
import io.coterie.agent.TinyBundle.Flaw;
import io.coterie.agent.board.BoardSettings;
import io.coterie.cli.BrokerOption;
import io.coterie.cli.CommandLines;
import io.coterie.hub.Hub;
import io.coterie.hub.HubOptions;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Rollout;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code coterie deploy} of a second bundle at a hub with two boards, while frames come all the
 * time. Each board has room for the students it runs and for one more.
 */
@Timeout(240)
final class RolloutIT {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);
  private static final String NAME = "d";
  private static final long STUDENTS_3_AND_A_HALF = 35;

  @TempDir private Path folder;
  private final List<EdgeAgent> boards = new ArrayList<>();
  private final Set<String> starts = new ConcurrentSkipListSet<>();
  private final List<PlanMessage> plans = new ArrayList<>();
  private Hub hub;
  private MessageBus bus;
  private SteadySource source;
  private String said;

  @BeforeEach
  void start() throws Exception {
    hub = Hub.start(HubOptions.local(folder));
    List<URI> brokers = List.of(hub.address());
    bus = BrokerOption.connect(brokers, "test", 20_000, () -> "");
    bus.subscribe(TOPICS.filter(Topic.AGENT_STATE), 1, this::started);
    bus.subscribe(TOPICS.of(Topic.DEPLOYMENT_PLAN, NAME), 1, this::planned);
    for (String board : List.of("attic", "kitchen")) {
      boards.add(board(board, brokers));
    }
    assertEquals(0, deploy(new TinyBundle("old", Flaw.NONE)), () -> said);
    source = new SteadySource(bus, TOPICS, NAME);
  }

  private EdgeAgent board(String name, List<URI> brokers) throws Exception {
    AgentOptions options =
        new AgentOptions(
            name,
            Topics.DEFAULT_BASE,
            folder.resolve(name),
            1,
            1,
            STUDENTS_3_AND_A_HALF,
            20e6,
            0.05,
            false,
            TrustedKeys.ANYBODY,
            BoardSettings.NONE);
    EdgeAgent agent =
        new EdgeAgent(
            options, (id, will) -> new PahoBus(ConnectionOptions.of(brokers, id).withWill(will)));
    agent.start();
    return agent;
  }

  @AfterEach
  void stop() {
    source.close();
    bus.close();
    boards.forEach(EdgeAgent::close);
    hub.close();
  }

  private void started(Message message) {
    try {
      starts.add(
          message.topic() + " " + Json.read(message.payload(), AgentState.class).incarnation());
    } catch (JsonException e) {
      throw new IllegalStateException(e);
    }
  }

  private void planned(Message message) {
    try {
      synchronized (plans) {
        plans.add(Json.read(message.payload(), PlanMessage.class));
      }
    } catch (JsonException e) {
      throw new IllegalStateException(e);
    }
  }

  private int deploy(TinyBundle bundle, String... more) throws Exception {
    Path at = Files.createDirectories(folder.resolve("bundle-" + bundle.digest()));
    write(at, "bundle.json", bundle.content().get(bundle.digest()));
    for (ModelFile file : bundle.manifest().files()) {
      write(at, file.path(), bundle.content().get(file.sha256()));
    }
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "deploy",
                at.toString(),
                "--name",
                NAME,
                "--broker",
                hub.address().toString(),
                "--timeout",
                "60s"));
    arguments.addAll(List.of(more));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    PrintStream errors = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(System.out);
    try {
      return CommandLines.execute(arguments);
    } finally {
      System.setOut(before);
      System.setErr(errors);
      said = out.toString(StandardCharsets.UTF_8);
    }
  }

  private static void write(Path folder, String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private PlanMessage plan() {
    synchronized (plans) {
      return plans.get(plans.size() - 1);
    }
  }

  /** Nobody who publishes or hears frames noticed anything. */
  private void assertAllAnswered() throws Exception {
    assertTrue(source.finish(), "a frame has no result");
    assertEquals(Set.of(Outcome.OK), source.outcomes().keySet(), source.outcomes().toString());
    assertEquals(3, starts.size(), starts.toString());
  }

  @Test
  void aGoodBundleIsRolledOutWithoutALostFrameOrARestart() throws Exception {
    TinyBundle next = new TinyBundle("next", Flaw.NONE);
    int code = deploy(next, "--canary", "kitchen");
    assertEquals(0, code, said);
    assertTrue(said.contains("roll-out: kitchen tries bundle "), said);
    assertTrue(said.contains("roll-out: all boards run bundle "), said);
    assertTrue(said.contains("deployed: publish frames to"), said);
    assertEquals(next.digest(), plan().bundle());
    assertAllAnswered();
  }

  @Test
  void aBundleThatFailsAtTheCanaryIsNeverSeen() throws Exception {
    String old = plan().bundle();
    for (Flaw flaw : List.of(Flaw.NO_GRAPH, Flaw.NO_NUMBERS)) {
      int code = deploy(new TinyBundle("broken", flaw));
      assertEquals(1, code, said);
      assertTrue(said.contains(" failed, the one before is back: "), said);
      assertEquals(old, plan().bundle());
      assertEquals(Rollout.Stage.RETURNED, plan().rollout().stage());
    }
    assertAllAnswered();
  }

  @Test
  void aBundleThatFailsOnAllBoardsIsTakenBack() throws Exception {
    String old = plan().bundle();
    TinyBundle next = new TinyBundle("next", Flaw.NO_NUMBERS_OF_THE_SECOND);
    int code = deploy(next);
    assertEquals(1, code, said);
    assertTrue(said.contains("roll-out: all boards run bundle "), said);
    assertTrue(said.contains(" failed, the one before is back: "), said);
    assertEquals(old, plan().bundle());
    assertTrue(source.finish(), "a frame has no result");
    Map<Outcome, Integer> outcomes = source.outcomes();
    assertTrue(outcomes.getOrDefault(Outcome.DEGRADED, 0) > 0, outcomes.toString());
    assertEquals(3, starts.size(), starts.toString());
  }
}
