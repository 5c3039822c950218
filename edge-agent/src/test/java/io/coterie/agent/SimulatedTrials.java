package io.coterie.agent;

import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.TrialReport;
import io.coterie.protocol.message.TrialReport.State;
import io.coterie.protocol.message.TrialRole;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trials that all go well: files are there at once, and frames are computed as they come. */
final class SimulatedTrials {
  private Map<TrialRole, Long> frames = new LinkedHashMap<>();

  void assign(List<TrialRole> roles) {
    Map<TrialRole, Long> before = frames;
    frames = new LinkedHashMap<>();
    roles.forEach(role -> frames.put(role, before.getOrDefault(role, 0L)));
  }

  void frame(String deployment) {
    frames.replaceAll(
        (role, count) -> role.canary() && role.deployment().equals(deployment) ? count + 1 : count);
  }

  Report in(Report report) {
    return report.withTrials(
        frames.entrySet().stream().map(e -> report(e.getKey(), e.getValue())).toList());
  }

  private static TrialReport report(TrialRole role, long count) {
    State state = role.canary() ? State.RUNNING : State.FETCHED;
    return new TrialReport(
        role.deployment(), role.bundle(), role.attempt(), state, count, 0, 1, "");
  }
}
