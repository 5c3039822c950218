package io.coterie.lab.demo;

import io.coterie.client.FleetClient;
import io.coterie.client.fleet.FleetView;
import io.coterie.lab.LabException;
import io.coterie.lab.processes.ChildProcess;
import io.coterie.lab.processes.FreePorts;
import io.coterie.lab.processes.LogFolder;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The demonstration's processes: the hub and the boards, killed and restarted by a seeded plan. */
public final class DemoProcesses implements AutoCloseable {
  /** A killed board comes back after this part of the time between kills. */
  private static final double DOWN_FRACTION = 0.6;

  private static final Duration FOLLOWED = Duration.ofSeconds(30);
  private static final long MAX_PACKET_BYTES = 64L << 20;
  private static final String NO_BROKER =
      ": start the hub with 'coterie up', or name another with --broker; 'coterie doctor' tells why";

  private final DemoOptions options;
  private final String address;
  private final Path folder;
  private final ChildProcess hub;
  private final List<ChildProcess> agents = new ArrayList<>();
  private final Map<String, Double> throttles = new LinkedHashMap<>();
  private final Random random;
  private final Thread hook = new Thread(this::abort, "kill-boards");
  private long nextKillNs;
  private ChildProcess down;
  private long restartNs;

  private DemoProcesses(DemoOptions options, Path folder, String address) {
    this.options = options;
    this.address = address;
    this.folder = folder;
    random = new Random(options.seed());
    hub =
        new ChildProcess(
            "hub", () -> hubArguments(address), ChildProcess.HUB_JVM, folder.resolve("hub.log"));
    for (int i = 0; i < options.agents(); i++) {
      String name = "board-" + (i + 1);
      throttles.put(name, options.throttle(i));
      agents.add(
          new ChildProcess(
              name,
              () -> agentArguments(name),
              ChildProcess.BOARD_JVM,
              folder.resolve(name + ".log")));
    }
    nextKillNs = TimeUnit.MILLISECONDS.toNanos((long) (1000 * options.killEverySeconds()));
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static DemoProcesses create(DemoOptions options) throws IOException {
    String address = options.broker().isEmpty() ? freeAddress() : options.broker();
    return new DemoProcesses(options, Files.createTempDirectory("coterie-demo-"), address);
  }

  /**
   * Boards that are all alike, and that nobody kills.
   *
   * @param throttle how many times slower than this machine they are, >= 1
   */
  public static DemoProcesses equal(int agents, double throttle) throws IOException {
    return create(DemoOptions.undisturbed(agents, throttle));
  }

  private static String freeAddress() throws IOException {
    return "mqtt://127.0.0.1:" + FreePorts.free();
  }

  /** The broker's. */
  public String address() {
    return address;
  }

  private List<String> agentArguments(String name) {
    return List.of(
        "agent",
        "--id",
        name,
        "--broker",
        address,
        "--cache",
        folder.resolve("cache").toString(),
        "--throttle",
        throttles.get(name).toString(),
        "--memory",
        "64");
  }

  private List<String> hubArguments(String address) {
    List<String> arguments =
        new ArrayList<>(List.of("up", "--state", folder.resolve("hub").toString()));
    if (options.broker().isEmpty()) {
      arguments.addAll(List.of("--port", Integer.toString(URI.create(address).getPort())));
    } else {
      arguments.addAll(List.of("--broker", address));
    }
    return arguments;
  }

  Path folder() {
    return folder;
  }

  public void startHub() throws IOException {
    hub.start();
  }

  public void startAgents() throws IOException {
    for (ChildProcess agent : agents) {
      agent.start();
    }
  }

  /** The hub's last words if it ended, else nothing. */
  public String failed() {
    if (hub.isAlive()) {
      return "";
    }
    try (Stream<String> lines = Files.lines(hub.log())) {
      return lines.reduce((first, second) -> second).orElse("the hub ended without a word");
    } catch (IOException e) {
      return "the hub ended, and its log cannot be read: " + e.getMessage();
    }
  }

  /**
   * Connects to the broker, and waits until the connection stands.
   *
   * @throws LabException if the hub ended, or nobody answers in time
   */
  public MessageBus connect(String purpose, long timeoutMs) throws InterruptedException {
    ConnectionOptions connection = connection(purpose);
    MessageBus bus = new PahoBus(connection);
    CountDownLatch connected = new CountDownLatch(1);
    bus.start(connected::countDown);
    long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (!connected.await(100, TimeUnit.MILLISECONDS)) {
      boolean late = System.nanoTime() - untilNs > 0;
      String reason = failed();
      if (late || !reason.isEmpty()) {
        bus.close();
        throw new LabException(
            reason.isEmpty() ? "no broker answers at " + connection.brokers() + NO_BROKER : reason);
      }
    }
    return bus;
  }

  private ConnectionOptions connection(String purpose) {
    List<URI> brokers = ConnectionOptions.parseBrokers(address);
    String clientId = "coterie-" + purpose + "-" + ProcessHandle.current().pid();
    return ConnectionOptions.of(brokers, clientId).withMaxPacketBytes(MAX_PACKET_BYTES);
  }

  /** Follows the fleet, once a broker has answered to {@link #connect}. */
  public FleetClient follow() throws IOException, InterruptedException {
    FleetClient client =
        FleetClient.connect(connection("follow"), new Topics(Topics.DEFAULT_BASE), FOLLOWED);
    // Before files are on their way, behind which nothing else would come soon.
    FleetView unused = client.view();
    return client;
  }

  /** Kills a board if it is time to, and restarts the one that is down. */
  void disturb(long elapsedNs, KillLog log) throws IOException {
    if (down != null && elapsedNs >= restartNs) {
      down.start();
      down = null;
    }
    if (options.killEverySeconds() > 0 && down == null && elapsedNs >= nextKillNs) {
      down = agents.get(random.nextInt(agents.size()));
      log.killed(down.name(), System.nanoTime());
      down.kill();
      long periodNs = (long) (1e9 * options.killEverySeconds());
      restartNs = elapsedNs + (long) (DOWN_FRACTION * periodNs);
      nextKillNs += periodNs;
    }
  }

  /** From now on these boards are so many times slower than before, also after a restart. */
  void slowDown(Collection<String> names, double factor) throws IOException {
    for (ChildProcess agent : agents) {
      if (names.contains(agent.name())) {
        double throttle = throttles.merge(agent.name(), factor, (a, b) -> a * b);
        agent.tell("throttle " + throttle);
      }
    }
  }

  /** How many times slower than this machine each board is now, by name. */
  Map<String, Double> throttles() {
    return Collections.unmodifiableMap(throttles);
  }

  /** Processor time that all boards used since they were started. */
  public Duration agentsCpu() {
    return agents.stream().map(ChildProcess::cpu).reduce(Duration.ZERO, Duration::plus);
  }

  /** Processor time that the hub used since it was started. */
  public Duration hubCpu() {
    return hub.cpu();
  }

  /** Process numbers of the boards. */
  public List<Long> pids() {
    return agents.stream().map(ChildProcess::pid).toList();
  }

  /** Names of the boards whose process runs. */
  public List<String> alive() {
    return agents.stream().filter(ChildProcess::isAlive).map(ChildProcess::name).toList();
  }

  /** On the way out of an interrupted run. */
  private void abort() {
    agents.forEach(ChildProcess::kill);
    hub.kill();
    agents.forEach(ChildProcess::awaitEnd);
    hub.awaitEnd();
    delete();
  }

  @Override
  public void close() {
    agents.forEach(ChildProcess::kill);
    hub.stop();
    Runtime.getRuntime().removeShutdownHook(hook);
    delete();
  }

  private void delete() {
    try {
      LogFolder.finish(folder, options.keepLogs());
    } catch (IOException e) {
      throw new LabException("cannot delete " + folder + ": " + e.getMessage());
    }
  }
}
