package io.coterie.lab.chaos;

import io.coterie.lab.processes.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Does to a fleet's processes what a fault says, and puts it right again. Not thread-safe. */
final class Injector {
  private static final int DELAY_MS = 100;
  private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

  private final ChaosFleet fleet;
  private final MessageDuplicator duplicator;
  private final List<Process> burners = new ArrayList<>();

  Injector(ChaosFleet fleet, MessageDuplicator duplicator) {
    this.fleet = fleet;
    this.duplicator = duplicator;
  }

  /** What this machine cannot do, and what would make it possible. */
  static Map<Fault.Action, String> impossible() {
    Map<Fault.Action, String> reasons = new EnumMap<>(Fault.Action.class);
    if (!Files.isExecutable(Path.of("/usr/bin/prlimit"))) {
      reasons.put(Fault.Action.DISK, "/usr/bin/prlimit is not there (package util-linux)");
    }
    return reasons;
  }

  /**
   * Begins.
   *
   * @param victim the process; not used where the fault is everybody's
   */
  void begin(Fault fault, String victim) throws IOException, InterruptedException {
    ChildProcess process = fleet.process(victim);
    switch (fault.action()) {
      case KILL, CLOCK -> process.kill();
      case RESTART -> process.stop();
      case FREEZE -> process.freeze(true);
      case CUT -> fleet.cables(victim).forEach(Cable::cut);
      case SILENCE -> fleet.cables(victim).forEach(Cable::silence);
      case DELAY -> fleet.cables(victim).forEach(cable -> cable.delay(DELAY_MS));
      case REPEAT -> duplicator.begin();
      case DISK -> limitFiles(process, "0");
      case BURN -> burn();
    }
  }

  /** Puts right what was done. */
  void end(Fault fault, String victim) throws IOException, InterruptedException {
    ChildProcess process = fleet.process(victim);
    switch (fault.action()) {
      case KILL, RESTART -> start(process, Map.of());
      case CLOCK -> start(process, wrongClock(fault));
      case FREEZE -> process.freeze(false);
      case CUT, SILENCE, DELAY -> mend(victim);
      case REPEAT -> duplicator.end();
      case DISK -> limitFiles(process, "unlimited");
      case BURN -> {
        burners.forEach(Process::destroyForcibly);
        burners.clear();
      }
    }
  }

  private static void start(ChildProcess process, Map<String, String> environment)
      throws IOException {
    process.awaitEnd();
    process.environment(environment);
    process.start();
  }

  private static Map<String, String> wrongClock(Fault fault) {
    long offsetMs = fault.seconds() < 0.75 ? -DAY_MS : DAY_MS;
    return Map.of("JAVA_TOOL_OPTIONS", "-Dcoterie.clock.offset.ms=" + offsetMs);
  }

  private void mend(String victim) throws IOException {
    for (Cable cable : fleet.cables(victim)) {
      cable.mend();
    }
  }

  private static void limitFiles(ChildProcess process, String bytes)
      throws IOException, InterruptedException {
    new ProcessBuilder(
            "/usr/bin/prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes + ":")
        .start()
        .waitFor();
  }

  private void burn() throws IOException {
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      burners.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
    }
  }

  /** Ends what would outlive this process. */
  void stop() {
    burners.forEach(Process::destroyForcibly);
  }

  /** Those of the catalogue that can be done here. */
  static List<Fault> possible(Set<Fault.Action> wanted) {
    Set<Fault.Action> possible =
        wanted.isEmpty() ? EnumSet.allOf(Fault.Action.class) : EnumSet.copyOf(wanted);
    possible.removeAll(impossible().keySet());
    return Fault.catalogue().stream().filter(f -> possible.contains(f.action())).toList();
  }
}
