package io.coterie.cli.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.broker.BrokerOptions;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.cli.BrokerOption;
import io.coterie.client.FleetClient;
import io.coterie.client.fleet.Answer;
import io.coterie.lab.processes.FreePorts;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hubs and three boards as processes; hubs are killed and come back. */
final class TwoHubsIT {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);
  private static final String NAME = "meter";
  private static final long PATIENCE_MS = 60_000;

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeEverything() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void theStandbyServesWhileTheFirstHubIsAway() throws Exception {
    Two two = two();
    HubProcess hub = two.hub();
    FrameSource frames = two.frames();
    hub.kill();
    answered(frames, "after the first hub was killed");
    assertTrue(frames.longestGapMs() < 10_000, "no answer for " + frames.longestGapMs() + " ms");
    frames.mark();
    hub.start();
    awaitLeader(leaders(two.bus()), "hub");
    answered(frames, "after the first hub came back");
    assertEquals(0, frames.answeredTwice());
    frames.mark();
    hub.kill();
    answered(frames, "after the first hub was killed again");
    assertEquals(0, frames.answeredTwice(), frames.counts());
  }

  @Test
  void theFirstHubLearnsWhatWasDeployedBeforeItCame() throws Exception {
    String first = freeAddress();
    String second = freeAddress();
    String both = first + "," + second;
    agents(both);
    process("standby", standby(first, second));
    MessageBus bus = connect(both);
    deploy(both, "standby");
    FrameSource frames = source(bus);
    answered(frames, "without the first hub");
    process("hub", up(first, "hub"));
    frames.mark();
    awaitLeader(leaders(bus), "hub");
    answered(frames, "after the first hub came");
    assertEquals(0, frames.answeredTwice(), frames.counts());
  }

  @Test
  void theStandbyServesWhileTheFirstHubIsFrozen() throws Exception {
    Two two = two();
    HubProcess hub = two.hub();
    FrameSource frames = two.frames();
    hub.freeze(true);
    answered(frames, "after the first hub froze");
    frames.mark();
    hub.freeze(false);
    awaitLeader(leaders(two.bus()), "hub");
    answered(frames, "after the first hub thawed");
    assertEquals(0, frames.answeredTwice(), frames.counts());
  }

  @Test
  void theOtherHubOnTheBrokerTakesOver() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.loopback(0));
    open.add(broker);
    String address = broker.address().toString();
    HubProcess hub = process("hub", onBroker(address, "hub"));
    MessageBus bus = connect(address);
    BlockingQueue<String> leaders = leaders(bus);
    awaitLeader(leaders, "hub");
    process("other", onBroker(address, "other"));
    agents(address);
    deploy(address, "other");
    FrameSource frames = source(bus);
    answered(frames, "before");
    frames.mark();
    hub.kill();
    awaitLeader(leaders, "other");
    answered(frames, "after the leader was killed");
    assertEquals(0, frames.answeredTwice(), frames.counts());
  }

  /** A hub that can be lost, and a fleet with a standby for it that answers frames. */
  private record Two(HubProcess hub, MessageBus bus, FrameSource frames) {}

  private Two two() throws Exception {
    String first = freeAddress();
    String second = freeAddress();
    HubProcess hub = process("hub", up(first, "hub"));
    // On a busy machine the standby would otherwise be the first at the first hub's broker, and
    // lead.
    try (MessageBus early = connect(first)) {
      awaitLeader(leaders(early), "hub");
    }
    process("standby", standby(first, second));
    String both = first + "," + second;
    agents(both);
    MessageBus bus = connect(both);
    deploy(both, "standby");
    FrameSource frames = source(bus);
    answered(frames, "before");
    frames.mark();
    return new Two(hub, bus, frames);
  }

  private void answered(FrameSource frames, String when) throws Exception {
    boolean answered = frames.awaitOk(75, PATIENCE_MS);
    System.out.println(
        when
            + ": longest time without an answer "
            + frames.longestGapMs()
            + " ms, "
            + frames.counts());
    assertTrue(answered, () -> "not answered " + when + "\n" + logs());
  }

  private String logs() {
    StringBuilder all = new StringBuilder();
    for (AutoCloseable each : open) {
      if (each instanceof HubProcess process) {
        try {
          all.append("--- ").append(process.log().getFileName()).append('\n');
          all.append(Files.readString(process.log()));
        } catch (IOException e) {
          all.append(e.getMessage());
        }
      }
    }
    return all.toString();
  }

  private void agents(String brokers) throws IOException {
    for (String name : List.of("a", "b", "c")) {
      String cache = folder.resolve(name).toString();
      process(name, List.of("agent", "--id", name, "--broker", brokers, "--cache", cache));
    }
  }

  private HubProcess process(String name, List<String> arguments) throws IOException {
    HubProcess process = new HubProcess(folder, name, arguments).start();
    open.add(process);
    return process;
  }

  private List<String> up(String address, String id) {
    return List.of("up", "--port", port(address), "--id", id, "--state", state(id));
  }

  private List<String> standby(String first, String second) {
    return List.of(
        "up", "--standby-of", first, "--port", port(second), "--state", state("standby"));
  }

  private List<String> onBroker(String address, String id) {
    return List.of("up", "--broker", address, "--id", id, "--state", state(id));
  }

  private String state(String id) {
    return folder.resolve("state-" + id).toString();
  }

  private static String port(String address) {
    return address.substring(address.lastIndexOf(':') + 1);
  }

  private MessageBus connect(String brokers) {
    MessageBus bus =
        BrokerOption.connect(
            ConnectionOptions.parseBrokers(brokers), "test", PATIENCE_MS, () -> "");
    open.add(bus);
    return bus;
  }

  /** Waits until the plan is complete and the second hub's agent is there. */
  private void deploy(String brokers, String second) throws Exception {
    Duration patience = Duration.ofMillis(PATIENCE_MS);
    ConnectionOptions options =
        ConnectionOptions.of(ConnectionOptions.parseBrokers(brokers), "deploy");
    try (FleetClient client = FleetClient.connect(options, TOPICS, patience)) {
      assertTrue(
          client.await(now -> now.fleet().member(second).capability().isPresent(), patience),
          this::logs);
      Bundle bundle = Bundle.open(Path.of("../models/zoo/meter-digits"));
      DeploymentSpec spec = DeploymentSpec.rocoin(bundle.digest(), 2_000, 0.5);
      Answer answer = client.deploy(NAME, bundle, spec, patience, progress -> {});
      assertEquals(Answer.State.RUNS, answer.state(), () -> answer + "\n" + logs());
    }
  }

  private FrameSource source(MessageBus bus) {
    FrameSource frames = new FrameSource(bus, TOPICS, NAME);
    open.add(frames);
    frames.mark();
    return frames;
  }

  private static BlockingQueue<String> leaders(MessageBus bus) {
    BlockingQueue<String> leaders = new LinkedBlockingQueue<>();
    bus.subscribe(
        TOPICS.of(Topic.ORCHESTRATOR_STATE),
        1,
        message -> {
          try {
            OrchestratorState state = Json.read(message.payload(), OrchestratorState.class);
            leaders.add(state.state() + " " + state.id());
          } catch (JsonException e) {
            leaders.add(e.getMessage());
          }
        });
    return leaders;
  }

  private void awaitLeader(BlockingQueue<String> leaders, String id) throws Exception {
    long untilNs = System.nanoTime() + PATIENCE_MS * 1_000_000;
    while (System.nanoTime() - untilNs < 0) {
      String state = leaders.poll(1, TimeUnit.SECONDS);
      if (("ONLINE " + id).equals(state)) {
        return;
      }
    }
    throw new AssertionError(id + " does not lead\n" + logs());
  }

  private static String freeAddress() throws IOException {
    return "mqtt://127.0.0.1:" + FreePorts.free();
  }
}
