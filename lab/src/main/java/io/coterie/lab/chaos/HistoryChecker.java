package io.coterie.lab.chaos;

import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Result;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Checks a history: every frame has exactly one result, none is answered under an older plan than
 * one before it, and every label is that of a run without faults. A pure function of the history.
 */
final class HistoryChecker {
  private final Labels reference;
  private final Map<String, HistoryEvent.Sent> sent = new HashMap<>();
  private final Map<String, Long> newestEpochWhenSent = new HashMap<>();
  private final Set<Integer> frames = new HashSet<>();
  private final Set<Integer> resent = new HashSet<>();
  private final Map<Integer, Outcome> answers = new HashMap<>();
  private final Set<String> answered = new HashSet<>();
  private final TreeMap<Long, PlanMessage> plans = new TreeMap<>();
  private final List<String> details = new ArrayList<>();
  private PlanMessage newestPlan;
  private long newestEpoch;
  private int unaccepted;
  private int duplicates;
  private int stale;
  private int mislabelled;
  private int unchecked;

  private HistoryChecker(Labels reference) {
    this.reference = reference;
  }

  /**
   * Checks.
   *
   * @param events by rising time
   * @param bounds of the times without a result
   */
  static Findings check(List<HistoryEvent> events, Labels reference, Bounds bounds) {
    HistoryChecker checker = new HistoryChecker(reference);
    events.forEach(checker::take);
    return checker.findings(events, bounds);
  }

  private void take(HistoryEvent event) {
    if (event instanceof HistoryEvent.Sent frame) {
      frames.add(frame.frame());
      sent.put(frame.id(), frame);
      newestEpochWhenSent.put(frame.id(), newestEpoch);
      if (frame.attempt() > 0) {
        resent.add(frame.frame());
      }
    } else if (event instanceof HistoryEvent.Unaccepted) {
      unaccepted++;
    } else if (event instanceof HistoryEvent.Planned planned) {
      planned(planned);
    } else if (event instanceof HistoryEvent.Answered result) {
      answered(result);
    }
  }

  private void planned(HistoryEvent.Planned event) {
    PlanMessage plan = event.plan();
    boolean older =
        newestPlan != null
            && (plan.epoch() < newestPlan.epoch()
                || (plan.epoch() == newestPlan.epoch() && plan.term() < newestPlan.term()));
    if (older && event.live()) {
      stale++;
      violated(event, "plan " + name(plan) + " after " + name(newestPlan));
    } else if (!older) {
      newestPlan = plan;
      plans.put(plan.epoch(), plan);
    }
  }

  private static String name(PlanMessage plan) {
    return plan.term() + "/" + plan.epoch();
  }

  private void answered(HistoryEvent.Answered event) {
    Result result = event.result();
    HistoryEvent.Sent frame = sent.get(result.frame());
    if (frame == null) {
      violated(event, "result of a frame that was not sent: " + result.frame());
      return;
    }
    if (!answered.add(result.frame())) {
      duplicates++;
      violated(event, "second result of " + result.frame() + ": " + result.status());
      return;
    }
    answers.merge(frame.frame(), result.status(), HistoryChecker::better);
    if (result.status() == Outcome.OK || result.status() == Outcome.DEGRADED) {
      checkEpoch(event, result);
    }
    if (result.status() == Outcome.OK) {
      checkLabel(event, frame, result);
    }
  }

  /** Of several attempts, the one that tells more. */
  private static Outcome better(Outcome a, Outcome b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private void checkEpoch(HistoryEvent.Answered event, Result result) {
    long newest = newestEpochWhenSent.get(result.frame());
    Map.Entry<Long, PlanMessage> plan = plans.floorEntry(newest);
    if (plan != null && result.epoch() < plan.getValue().acceptFrom()) {
      stale++;
      violated(
          event,
          "%s was answered under epoch %d, sent when %d had answered, which accepts from %d"
              .formatted(result.frame(), result.epoch(), newest, plan.getValue().acceptFrom()));
    }
    newestEpoch = Math.max(newestEpoch, result.epoch());
  }

  private void checkLabel(HistoryEvent.Answered event, HistoryEvent.Sent frame, Result result) {
    Set<String> right = labels(frame.picture(), result);
    if (right.isEmpty()) {
      unchecked++;
    } else if (!right.contains(result.label())) {
      mislabelled++;
      violated(event, "%s is %s, not %s".formatted(result.frame(), result.label(), right));
    }
  }

  /** While plans change, portions of one plan's students and of the next one's may meet. */
  private Set<String> labels(int picture, Result result) {
    Set<String> labels = new LinkedHashSet<>();
    // A fuser whose part did not change may be ahead of the plan, and behind it.
    Map.Entry<Long, PlanMessage> entry = plans.floorEntry(result.epoch());
    if (entry == null) {
      return labels;
    }
    PlanMessage plan = entry.getValue();
    List<Set<String>> students = new ArrayList<>();
    for (int k = 0; k < result.portions().of(); k++) {
      students.add(new LinkedHashSet<>());
    }
    for (PlanMessage other : plans.headMap(plan.epoch(), true).descendingMap().values()) {
      if (other.k() == students.size()) {
        other.groups().forEach(group -> students.get(group.partition()).add(group.student()));
      }
      if (other.epoch() < plan.acceptFrom()) {
        break;
      }
    }
    for (List<String> choice : choices(students)) {
      labels.add(reference.label(picture, choice));
    }
    return labels;
  }

  private static List<List<String>> choices(List<Set<String>> students) {
    List<List<String>> choices = List.of(List.of());
    for (Set<String> some : students) {
      List<List<String>> longer = new ArrayList<>();
      for (List<String> choice : choices) {
        for (String student : some) {
          List<String> more = new ArrayList<>(choice);
          more.add(student);
          longer.add(more);
        }
      }
      choices = longer;
    }
    return choices;
  }

  private void violated(HistoryEvent event, String what) {
    details.add("%.3f s: %s".formatted(event.atNs() / 1e9, what));
  }

  private Findings findings(List<HistoryEvent> events, Bounds bounds) {
    Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    answers.values().forEach(outcome -> counts.merge(outcome, 1, Integer::sum));
    Set<Integer> lost = new HashSet<>(frames);
    lost.removeAll(answers.keySet());
    lost.stream().sorted().forEach(frame -> details.add("no result of frame " + frame));
    Episodes episodes = Episodes.of(events);
    details.addAll(episodes.falseAlarms());
    return new Findings(
        frames.size(),
        counts.getOrDefault(Outcome.OK, 0),
        counts.getOrDefault(Outcome.DEGRADED, 0),
        counts.getOrDefault(Outcome.EXPIRED, 0),
        counts.getOrDefault(Outcome.REJECTED, 0),
        unaccepted,
        resent.size(),
        lost.size(),
        duplicates,
        stale,
        mislabelled,
        unchecked,
        episodes.falseAlarms().size(),
        episodes.kinds(bounds),
        details);
  }
}
