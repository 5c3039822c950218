package io.coterie.lab.chaos;

import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.PlanMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;

/**
 * The faults of a history, each with what happened from its begin until the fleet was whole again.
 */
final class Episodes {
  /**
   * One fault.
   *
   * @param wholeNs when the fleet was whole again, or the history ends
   */
  record Episode(HistoryEvent.Began began, long endedNs, long wholeNs, boolean settled) {
    boolean covers(long ns) {
      return ns >= began.atNs() && ns <= wholeNs;
    }
  }

  private final List<HistoryEvent> events;
  private final List<Episode> all = new ArrayList<>();

  private Episodes(List<HistoryEvent> events) {
    this.events = events;
  }

  /**
   * Finds them.
   *
   * @param events by rising time
   */
  static Episodes of(List<HistoryEvent> events) {
    Episodes episodes = new Episodes(events);
    HistoryEvent.Began began = null;
    long endedNs = 0;
    long lastNs = 0;
    for (HistoryEvent event : events) {
      lastNs = event.atNs();
      if (event instanceof HistoryEvent.Began next) {
        began = next;
      } else if (event instanceof HistoryEvent.Ended ended) {
        endedNs = ended.atNs();
      } else if (event instanceof HistoryEvent.Whole whole && began != null) {
        episodes.all.add(new Episode(began, endedNs, whole.atNs(), whole.settled()));
        began = null;
      }
    }
    if (began != null) {
      episodes.all.add(new Episode(began, Math.max(endedNs, began.atNs()), lastNs, false));
    }
    return episodes;
  }

  List<Episode> all() {
    return all;
  }

  /** What every kind of fault did, by name. */
  List<Findings.Kind> kinds(Bounds bounds) {
    Map<String, List<Episode>> byName = new LinkedHashMap<>();
    all.stream()
        .sorted((a, b) -> a.began().fault().name().compareTo(b.began().fault().name()))
        .forEach(
            e -> byName.computeIfAbsent(e.began().fault().name(), n -> new ArrayList<>()).add(e));
    List<Findings.Kind> kinds = new ArrayList<>();
    byName.forEach(
        (name, some) ->
            kinds.add(
                new Findings.Kind(
                    name,
                    some.size(),
                    Findings.Spread.of(some.stream().map(this::gapMs).toList()),
                    bounds.of(some.get(0).began().fault()),
                    Findings.Spread.of(
                        some.stream()
                            .map(this::noticedMs)
                            .filter(OptionalDouble::isPresent)
                            .map(OptionalDouble::getAsDouble)
                            .toList()),
                    (int) some.stream().filter(e -> !e.settled()).count())));
    return kinds;
  }

  /**
   * Longest time between two results {@code ok} that ended after the fault began, and before the
   * next one did.
   */
  double gapMs(Episode episode) {
    TreeSet<Long> times = new TreeSet<>();
    for (HistoryEvent event : events) {
      if (event instanceof HistoryEvent.Answered answered
          && answered.result().status() == Outcome.OK) {
        times.add(event.atNs());
      }
    }
    Long before = times.floor(episode.began().atNs());
    long lastNs = before == null ? episode.began().atNs() : before;
    long longestNs = 0;
    for (long ns : times.tailSet(episode.began().atNs(), false)) {
      if (ns > nextNs(episode)) {
        break;
      }
      longestNs = Math.max(longestNs, ns - lastNs);
      lastNs = ns;
    }
    return longestNs / 1e6;
  }

  private long nextNs(Episode episode) {
    int next = all.indexOf(episode) + 1;
    return next < all.size() ? all.get(next).began().atNs() : Long.MAX_VALUE;
  }

  /** From the fault to the first plan without its victim. */
  OptionalDouble noticedMs(Episode episode) {
    String victim = episode.began().victim();
    boolean planned = false;
    for (HistoryEvent event : events) {
      if (!(event instanceof HistoryEvent.Planned plan)) {
        continue;
      }
      boolean has = has(plan.plan(), victim);
      if (event.atNs() < episode.began().atNs()) {
        planned = has;
      } else if (episode.covers(event.atNs()) && planned && !has) {
        return OptionalDouble.of((event.atNs() - episode.began().atNs()) / 1e6);
      }
    }
    return OptionalDouble.empty();
  }

  private static boolean has(PlanMessage plan, String agent) {
    return plan.fuser().equals(agent)
        || plan.standby().equals(agent)
        || plan.groups().stream().anyMatch(group -> group.agents().contains(agent));
  }

  /** Agents that were given up though nothing was done to them or their broker. */
  List<String> falseAlarms() {
    List<String> alarms = new ArrayList<>();
    for (HistoryEvent event : events) {
      if (event instanceof HistoryEvent.AgentTold told
          && told.state().state() == Availability.OFFLINE
          && excuse(told).isEmpty()) {
        alarms.add(
            "%.3f s: %s was given up, though nothing was done to it"
                .formatted(told.atNs() / 1e9, told.agent()));
      }
    }
    return alarms;
  }

  private Optional<Episode> excuse(HistoryEvent.AgentTold told) {
    return all.stream()
        .filter(episode -> episode.covers(told.atNs()))
        .filter(
            episode ->
                episode.began().victim().equals(told.agent())
                    || episode.began().fault().target() == Fault.Target.BROKER)
        .findFirst();
  }
}
