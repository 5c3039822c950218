package io.coterie.browser;

import io.coterie.cli.BrokerOption;
import io.coterie.client.FleetClient;
import io.coterie.lab.processes.FreePorts;
import io.coterie.models.digits.MeterDigits;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A hub with its dashboard and boards, all processes, and a camera that sends all the time. */
final class BrowserFleet implements AutoCloseable {
  static final Topics TOPICS = new Topics(Topics.DEFAULT_BASE);
  static final String NAME = "meter";
  private static final long PERIOD_MS = 100;

  private final Path folder;
  private final int port = freePort();
  private final int httpPort = freePort();
  private final Program hub;
  private final Map<String, Program> boards = new LinkedHashMap<>();
  private final ScheduledThreadPoolExecutor camera = new ScheduledThreadPoolExecutor(1);
  private final MessageBus bus;
  private final AtomicInteger largestFrameBytes = new AtomicInteger();
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final AtomicInteger sent = new AtomicInteger();

  BrowserFleet(Path folder, int count) throws Exception {
    this.folder = folder;
    hub = new Program(folder.resolve("hub.log"), hubArguments()).start();
    for (int i = 1; i <= count; i++) {
      String id = "board-" + i;
      boards.put(id, new Program(folder.resolve(id + ".log"), arguments(id)));
    }
    List<URI> brokers = List.of(URI.create("mqtt://127.0.0.1:" + port));
    hub.awaitListening(httpPort);
    bus = BrokerOption.connect(brokers, "test", 30_000, () -> "");
    bus.subscribe(TOPICS.of(Topic.RESULT, NAME, "cam1"), 1, this::answered);
    bus.subscribe(
        TOPICS.filter(Topic.INPUT),
        0,
        frame -> largestFrameBytes.accumulateAndGet(frame.payload().length, Math::max));
  }

  private List<String> hubArguments() {
    return List.of(
        "up",
        "--port",
        Integer.toString(port),
        "--http-port",
        Integer.toString(httpPort),
        "--state",
        folder.resolve("hub").toString());
  }

  private List<String> arguments(String id) {
    return List.of(
        "agent",
        "--id",
        id,
        "--broker",
        "mqtt://127.0.0.1:" + port,
        "--cache",
        folder.resolve("cache").toString(),
        "--memory",
        "64");
  }

  static int freePort() throws IOException {
    return FreePorts.free();
  }

  /** Starts the boards, deploys, and waits until a complete plan runs. */
  void deploy() throws Exception {
    for (Program board : boards.values()) {
      board.start();
    }
    Duration patience = Duration.ofMinutes(1);
    ConnectionOptions options =
        ConnectionOptions.of(List.of(URI.create("mqtt://127.0.0.1:" + port)), "deploy");
    try (FleetClient client = FleetClient.connect(options, TOPICS, patience)) {
      Bundle bundle = Bundle.open(Path.of("../models/zoo/meter-digits"));
      client.publish(bundle);
      client.publish(NAME, DeploymentSpec.rocoin(bundle.digest(), 2_000, 0.99));
      if (client.awaitPlan(NAME, this::usesEveryBoard, patience).isEmpty()) {
        throw new IllegalStateException("not every board is planned with: " + client.view());
      }
    }
    var unused =
        camera.scheduleAtFixedRate(this::send, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  private boolean usesEveryBoard(PlanMessage plan) {
    List<String> used = plan.groups().stream().flatMap(g -> g.agents().stream()).toList();
    return plan.complete() && used.containsAll(boards.keySet());
  }

  private void send() {
    int number = sent.get();
    bus.publish(
        Message.to(TOPICS.of(Topic.INPUT, NAME, "cam1"))
            .payload(MeterDigits.generate(77, number % 100).image().values())
            .property("dtype", "uint8")
            .correlation(("f" + number).getBytes(StandardCharsets.UTF_8))
            .build());
    sent.incrementAndGet();
  }

  /** Publishes something else, as somebody who may. */
  void retain(String topic, String payload) {
    bus.publish(
        Message.to(TOPICS.base() + "/" + topic).payload(payload).qos(1).retained(true).build());
  }

  /** As an agent would that has something to tell. */
  void publish(String topic, String payload) {
    bus.publish(Message.to(TOPICS.base() + "/" + topic).payload(payload).build());
  }

  /**
   * Waits for the results of all frames up to so many from now; those that have none after 10 s.
   */
  Set<String> unansweredAfter(int frames) throws InterruptedException {
    int until = sent.get() + frames;
    Set<String> missing = new TreeSet<>();
    for (int i = 0; i < until; i++) {
      missing.add("f" + i);
    }
    for (int i = 0; i < 400 && !missing.isEmpty(); i++) {
      missing.removeAll(answered);
      Thread.sleep(25);
    }
    return missing;
  }

  private void answered(Message message) {
    try {
      answered.add(Json.read(message.payload(), Result.class).frame());
    } catch (JsonException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The largest frame that anybody published. */
  int largestFrameBytes() {
    return largestFrameBytes.get();
  }

  /** Where the dashboard is. */
  String page() {
    return "http://127.0.0.1:" + httpPort + "/";
  }

  /** Where the broker listens, on the loopback. */
  int port() {
    return port;
  }

  /** SIGKILL. */
  void kill(String board) {
    boards.get(board).kill();
  }

  /** SIGKILL. */
  void killHub() {
    hub.close();
  }

  /** At the same ports, with what it kept on disk. */
  void startHub() throws IOException {
    hub.start();
  }

  @Override
  public void close() {
    camera.shutdownNow();
    bus.close();
    boards.values().stream().filter(Program::started).forEach(Program::close);
    hub.close();
  }
}
