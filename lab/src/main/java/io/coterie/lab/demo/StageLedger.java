package io.coterie.lab.demo;

import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Stage;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Report.ModelTime;
import io.coterie.protocol.message.Report.Stops;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What all boards computed of one bundle, from their reports: frames through each stage, weighed
 * with the stage's floating-point operations. A report counts from the beginning of a role, and of
 * the board's process for the stops. Where either begins anew, what was counted before is kept.
 * What a board did between its last report and its end is in no report and not here.
 *
 * <p>Thread-safe.
 */
public final class StageLedger {
  private record Role(
      String agent, Strategy strategy, int k, int partition, String student, List<Long> flops) {}

  /**
   * Sums over all boards.
   *
   * @param computedFlops floating-point operations of the stages that frames went through
   * @param toTheEndFlops of the same frames, had each gone through all stages
   * @param stops what came of the frames that were to be stopped
   */
  public record Totals(double computedFlops, double toTheEndFlops, Stops stops) {
    /** Part of running to the end that was computed, 0 to 1; 1 where there was nothing to do. */
    public double computedFraction() {
      return toTheEndFlops > 0 ? computedFlops / toTheEndFlops : 1;
    }

    /** What came since an earlier reading. */
    public Totals minus(Totals before) {
      return new Totals(
          computedFlops - before.computedFlops,
          toTheEndFlops - before.toTheEndFlops,
          new Stops(
              stops.inTime() - before.stops.inTime(),
              stops.late() - before.stops.late(),
              stops.unknown() - before.stops.unknown()));
    }

    /** Both together. */
    public Totals plus(Totals other) {
      return new Totals(
          computedFlops + other.computedFlops,
          toTheEndFlops + other.toTheEndFlops,
          sum(stops, other.stops));
    }
  }

  /** Nothing was computed. */
  public static final Totals NOTHING = new Totals(0, 0, Stops.NONE);

  private final String bundle;
  private final Manifest manifest;
  private final Map<String, Long> incarnations = new HashMap<>();
  private final Map<String, Long> heardNs = new HashMap<>();
  private final Map<String, Stops> stops = new HashMap<>();
  private final Map<Role, List<Long>> running = new HashMap<>();
  private Totals ended = NOTHING;

  /** For one bundle's students; those of others are left out. */
  public StageLedger(Bundle bundle) {
    this(bundle.digest(), bundle.manifest());
  }

  StageLedger(String bundle, Manifest manifest) {
    this.bundle = bundle;
    this.manifest = manifest;
  }

  /** A board reported; a report of an older process than the newest known counts no more. */
  public synchronized void report(String agent, Report report, long nowNs) {
    long known = incarnations.getOrDefault(agent, 0L);
    if (report.incarnation() < known) {
      return;
    }
    if (report.incarnation() > known) {
      incarnations.put(agent, report.incarnation());
      end(agent, Map.of());
      ended = ended.plus(new Totals(0, 0, stops.getOrDefault(agent, Stops.NONE)));
    }
    heardNs.put(agent, nowNs);
    stops.put(agent, report.stops());
    Map<Role, List<Long>> now = new HashMap<>();
    report.models().forEach(time -> role(agent, time).ifPresent(r -> now.put(r, counts(r, time))));
    end(agent, now);
    running.putAll(now);
  }

  /** Keeps what roles came to that the board has no more, or has begun anew. */
  private void end(String agent, Map<Role, List<Long>> now) {
    running
        .entrySet()
        .removeIf(
            entry -> {
              boolean over =
                  entry.getKey().agent().equals(agent)
                      && !continues(entry.getValue(), now.get(entry.getKey()));
              ended = over ? ended.plus(totals(entry.getKey(), entry.getValue())) : ended;
              return over;
            });
  }

  private static boolean continues(List<Long> before, List<Long> now) {
    if (now == null) {
      return false;
    }
    for (int i = 0; i < before.size(); i++) {
      if (now.get(i) < before.get(i)) {
        return false;
      }
    }
    return true;
  }

  private Optional<Role> role(String agent, ModelTime time) {
    if (!time.bundle().equals(bundle)) {
      return Optional.empty();
    }
    return manifest
        .partitioning(time.strategy(), time.k())
        .filter(partitioning -> time.partition() < partitioning.k())
        .stream()
        .flatMap(p -> p.partitions().get(time.partition()).students().stream())
        .filter(student -> student.name().equals(time.student()))
        .filter(s -> time.stages().isEmpty() || time.stages().size() == s.stages().size())
        .map(student -> student.stages().stream().map(Stage::flops).toList())
        .map(
            flops ->
                new Role(agent, time.strategy(), time.k(), time.partition(), time.student(), flops))
        .findFirst();
  }

  /** Agents that do not tell have run every frame to the end. */
  private static List<Long> counts(Role role, ModelTime time) {
    return time.stages().isEmpty()
        ? Collections.nCopies(role.flops().size(), time.frames())
        : time.stages();
  }

  private static Totals totals(Role role, List<Long> counts) {
    double computed = 0;
    double toTheEnd = 0;
    for (int stage = 0; stage < counts.size(); stage++) {
      computed += (double) counts.get(stage) * role.flops().get(stage);
      toTheEnd += (double) counts.get(0) * role.flops().get(stage);
    }
    return new Totals(computed, toTheEnd, Stops.NONE);
  }

  private static Stops sum(Stops a, Stops b) {
    return new Stops(a.inTime() + b.inTime(), a.late() + b.late(), a.unknown() + b.unknown());
  }

  /** Whether every one of these boards has reported at this time or later. */
  public synchronized boolean heard(Collection<String> agents, long sinceNs) {
    return agents.stream()
        .allMatch(agent -> heardNs.containsKey(agent) && heardNs.get(agent) - sinceNs >= 0);
  }

  /** Everything so far. */
  public synchronized Totals totals() {
    Totals all = ended;
    for (Map.Entry<Role, List<Long>> entry : running.entrySet()) {
      all = all.plus(totals(entry.getKey(), entry.getValue()));
    }
    for (Stops of : stops.values()) {
      all = all.plus(new Totals(0, 0, of));
    }
    return all;
  }
}
