package io.coterie.hub.simulation;

import io.coterie.protocol.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened in a simulation: the same for the same seed, and printed where it fails. */
final class SimulationHistory {
  private final VirtualTime time;
  private final List<String> lines = new ArrayList<>();

  SimulationHistory(VirtualTime time) {
    this.time = time;
  }

  void add(String line) {
    lines.add(String.format(Locale.ROOT, "%11.3f ms  %s", time.nowMs(), line));
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
