package io.coterie.cli.watch;

import io.coterie.cli.fleet.RolloutText;
import io.coterie.client.fleet.Cause;
import io.coterie.client.fleet.Fleet;
import io.coterie.client.fleet.FleetView;
import io.coterie.client.fleet.Membership;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.message.Rollout;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of a fleet, folded from its messages. Time stands still while there is no
 * connection. Reads no clock. Not thread-safe.
 */
final class View {
  private static final int KEPT = 200;

  /** When something was heard: on the process's clock, and for people. */
  record Moment(long ns, LocalTime time) {}

  private final SortedMap<String, Traffic> traffic = new TreeMap<>();
  private final SortedMap<String, Cause> causes = new TreeMap<>();
  private final Deque<FleetEvent> events = new ArrayDeque<>();
  private final Deque<ReceivedResult> answers = new ArrayDeque<>();
  private FleetView observed = FleetView.NOTHING;
  private Optional<OrchestratorState> leader = Optional.empty();
  private Optional<LocalTime> lostSince = Optional.empty();
  private long nowNs;

  /** Nothing is known yet, and the connection stands. */
  View(Moment now) {
    nowNs = now.ns();
  }

  /** Whether the connection stands; to be said at least whenever it changes. */
  void connected(boolean stands, Moment now) {
    if (stands == lostSince.isEmpty()) {
      return;
    }
    nowNs = now.ns();
    if (stands) {
      lostSince = Optional.empty();
      observed = observed.with(new Membership.Reconnected(), nowNs);
      happened(now, Tone.GOOD, "connected again");
    } else {
      lostSince = Optional.of(now.time());
      happened(now, Tone.BAD, "no connection to the broker");
    }
  }

  /** Time has passed. */
  void passed(Moment now) {
    if (lostSince.isEmpty()) {
      nowNs = now.ns();
      List<Fleet.Member> before = observed.fleet().online();
      observed = observed.with(new Membership.Tick(), nowNs);
      before.stream()
          .filter(member -> !observed.fleet().isOnline(member.id()))
          .forEach(member -> happened(now, Tone.BAD, member.id() + " is silent"));
    }
  }

  /** A message came. */
  void heard(Topics.Parsed topic, Message message, Moment now) {
    nowNs = now.ns();
    try {
      if (topic.topic() == Topic.RESULT) {
        result(topic.name(), Json.read(message.payload(), Result.class), now);
      } else if (topic.topic() == Topic.ORCHESTRATOR_STATE) {
        leader(message, now);
      } else {
        observed(topic, message, now);
      }
    } catch (JsonException e) {
      observed = observed.oneLeftOut();
    }
  }

  private void result(String deployment, Result result, Moment now) {
    if (!observed.deployments().containsKey(deployment)) {
      observed = observed.oneLeftOut();
      return;
    }
    traffic.computeIfAbsent(deployment, name -> new Traffic(now.ns())).answered(result, now.ns());
    keep(answers, new ReceivedResult(now.time(), deployment, result));
  }

  private void leader(Message message, Moment now) throws JsonException {
    Optional<OrchestratorState> before = leader;
    leader =
        message.payload().length == 0
            ? Optional.empty()
            : Optional.of(Json.read(message.payload(), OrchestratorState.class));
    if (before.isPresent() && !leading(before).equals(leading(leader))) {
      happened(
          now,
          leading(leader).isPresent() ? Tone.GOOD : Tone.BAD,
          leading(leader).map(id -> "led by " + id).orElse("no hub leads"));
    }
  }

  private static Optional<String> leading(Optional<OrchestratorState> state) {
    return state.filter(known -> known.state() == Availability.ONLINE).map(OrchestratorState::id);
  }

  private void observed(Topics.Parsed topic, Message message, Moment now) throws JsonException {
    FleetView before = observed;
    observed = before.after(topic, message.payload(), now.ns());
    String name = topic.name();
    if (topic.topic() == Topic.DEPLOYMENT_PLAN) {
      planned(before, name, message, now);
    } else if (topic.topic() == Topic.AGENT_REPORT) {
      for (String said : Json.read(message.payload(), Report.class).messages()) {
        happened(now, Tone.WARN, name + " says: " + said);
      }
    } else if (!message.retained() || before.fleet().isOnline(name)) {
      moved(before.fleet(), name, now);
    }
    traffic.keySet().retainAll(observed.deployments().keySet());
    causes.keySet().retainAll(observed.deployments().keySet());
  }

  private void moved(Fleet before, String agent, Moment now) {
    Fleet after = observed.fleet();
    boolean anew = before.isOnline(agent) && before.incarnation(agent) != after.incarnation(agent);
    if (after.isOnline(agent) && (anew || !before.isOnline(agent))) {
      happened(now, Tone.GOOD, agent + (anew ? " started anew" : " joined"));
    } else if (before.isOnline(agent) && !after.isOnline(agent)) {
      String how =
          Optional.ofNullable(after.members().get(agent)).map(BoardRows::state).orElse("gone");
      happened(now, Tone.BAD, agent + " " + how);
    }
  }

  private void planned(FleetView before, String name, Message message, Moment now) {
    Optional<PlanMessage> plan = observed.deployment(name).plan();
    if (plan.isEmpty()) {
      if (before.deployment(name).plan().isPresent()) {
        happened(now, Tone.WARN, name + ": ended");
      }
      return;
    }
    rolled(before.deployment(name).plan(), name, plan.get(), now);
    Optional<Cause> cause = before.causeOf(name, plan.get());
    boolean news = !message.retained() || before.deployment(name).plan().isPresent();
    if (cause.isPresent() && news) {
      causes.put(name, cause.get());
      happened(
          now,
          plan.get().complete() ? Tone.PLAIN : Tone.BAD,
          String.format(
              "%s: epoch %d%s, because %s",
              name,
              plan.get().epoch(),
              plan.get().complete() ? "" : ", INCOMPLETE",
              DeploymentRows.words(cause.get())));
    }
  }

  private void rolled(Optional<PlanMessage> known, String name, PlanMessage plan, Moment now) {
    Optional<Rollout> before = known.map(PlanMessage::rollout);
    Optional<Rollout> after = Optional.ofNullable(plan.rollout());
    if (after.isPresent() && RolloutText.isNews(before, after)) {
      boolean failed = after.get().stage() == Rollout.Stage.RETURNED;
      happened(now, failed ? Tone.BAD : Tone.PLAIN, name + ": " + RolloutText.line(after.get()));
    } else if (after.isEmpty() && before.filter(r -> plan.bundle().equals(r.to())).isPresent()) {
      happened(now, Tone.GOOD, name + ": the new bundle has proved itself");
    }
  }

  private void happened(Moment now, Tone tone, String text) {
    keep(events, new FleetEvent(now.time(), tone, text));
  }

  private static <T> void keep(Deque<T> newestFirst, T newest) {
    newestFirst.addFirst(newest);
    if (newestFirst.size() > KEPT) {
      newestFirst.removeLast();
    }
  }

  FleetView observed() {
    return observed;
  }

  /** Who leads; empty for nobody. */
  Optional<String> leader() {
    return leading(leader);
  }

  /** Since when there is no connection; empty while there is one. */
  Optional<LocalTime> lostSince() {
    return lostSince;
  }

  /** The deployment's results; none where none were heard. */
  Traffic traffic(String deployment) {
    return traffic.getOrDefault(deployment, new Traffic(nowNs));
  }

  /** Why the deployment's plan came, if we heard it come. */
  Optional<Cause> cause(String deployment) {
    return Optional.ofNullable(causes.get(deployment));
  }

  /** The newest first. */
  List<FleetEvent> events() {
    return List.copyOf(events);
  }

  /** The newest first. */
  List<ReceivedResult> answers() {
    return List.copyOf(answers);
  }

  /** The time that is shown. */
  long nowNs() {
    return nowNs;
  }
}
