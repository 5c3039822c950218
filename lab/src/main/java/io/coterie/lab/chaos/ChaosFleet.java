package io.coterie.lab.chaos;

import io.coterie.lab.processes.ChildProcess;
import io.coterie.lab.processes.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every role as a process of its own: the first hub's broker, an orchestrator, a fuser, a standby
 * hub and boards. All but the broker reach it through cables.
 */
final class ChaosFleet implements AutoCloseable {
  static final String BROKER = "broker";
  static final String LEADER = "leader";
  static final String FUSER = "fuser";
  static final String STANDBY = "standby";

  private final Path folder;
  private final int firstPort;
  private final int secondPort;
  private final Map<String, ChildProcess> processes = new LinkedHashMap<>();
  private final Map<String, List<Cable>> cables = new LinkedHashMap<>();
  private final Thread hook = new Thread(this::abort, "kill-fleet");

  /**
   * Prepares the processes.
   *
   * @param boards how many
   * @param folder for logs and state; must exist
   */
  ChaosFleet(int boards, Path folder) throws IOException {
    this.folder = folder;
    firstPort = FreePorts.free();
    secondPort = FreePorts.free();
    add(BROKER, ChildProcess.HUB_JVM, up("--port", firstPort, "--without", "orchestrator,agent"));
    add(LEADER, ChildProcess.HUB_JVM, up("--broker", wired(LEADER), "--without", "agent"));
    add(FUSER, ChildProcess.HUB_JVM, up("--broker", wired(FUSER), "--without", "orchestrator"));
    String first = wired(STANDBY).split(",", 2)[0];
    add(STANDBY, ChildProcess.HUB_JVM, up("--standby-of", first, "--port", secondPort));
    for (String board : IntStream.rangeClosed(1, boards).mapToObj(i -> "board-" + i).toList()) {
      String cache = folder.resolve("cache-" + board).toString();
      List<String> arguments = List.of("agent", "--broker", wired(board), "--cache", cache);
      add(board, ChildProcess.BOARD_JVM, arguments);
    }
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private static List<String> up(Object... arguments) {
    return Stream.concat(Stream.of("up"), Stream.of(arguments)).map(Object::toString).toList();
  }

  private void add(String name, List<String> jvm, List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--id", name));
    if (arguments.get(0).equals("up")) {
      all.addAll(List.of("--http-port", "0"));
      all.addAll(List.of("--state", folder.resolve("state-" + name).toString()));
    }
    processes.put(name, new ChildProcess(name, () -> all, jvm, folder.resolve(name + ".log")));
  }

  /** Addresses of both hubs, as a process sees them through its cables. */
  private String wired(String name) throws IOException {
    List<Cable> both = List.of(new Cable(firstPort), new Cable(secondPort));
    cables.put(name, both);
    return addresses(both.get(0).port(), both.get(1).port());
  }

  private static String addresses(int first, int second) {
    return "mqtt://127.0.0.1:" + first + ",mqtt://127.0.0.1:" + second;
  }

  /** Addresses of both hubs, undisturbed. */
  String addresses() {
    return addresses(firstPort, secondPort);
  }

  /** Names of the agents that compute. */
  List<String> boards() {
    return processes.keySet().stream().filter(name -> name.startsWith("board-")).toList();
  }

  ChildProcess process(String name) {
    return processes.get(name);
  }

  /** How a process is connected; nothing for the broker. */
  List<Cable> cables(String name) {
    return cables.getOrDefault(name, List.of());
  }

  /** Where logs and state are. */
  Path folder() {
    return folder;
  }

  void start() throws IOException {
    for (ChildProcess process : processes.values()) {
      process.start();
    }
  }

  /** What ended that nobody ended; empty if all run. */
  List<String> ended() {
    return processes.values().stream()
        .filter(process -> !process.isAlive())
        .map(ChildProcess::name)
        .toList();
  }

  /** Whether the second hub lets clients in. */
  boolean standbyServes() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), secondPort), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void abort() {
    processes.values().forEach(ChildProcess::kill);
  }

  @Override
  public void close() {
    abort();
    processes.values().forEach(ChildProcess::awaitEnd);
    cables.values().forEach(both -> both.forEach(Cable::close));
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
