package io.coterie.orchestrator.deployment;

import io.coterie.client.fleet.Fleet;
import io.coterie.client.fleet.Fleet.Member;
import io.coterie.client.fleet.Membership;
import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.learning.Breakers;
import io.coterie.orchestrator.learning.Learnt;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Report;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What boards say and do, and what is learnt from it. */
final class BoardEvents {
  private BoardEvents() {}

  static Step heard(Step step, Membership.Input what) {
    if (!(what instanceof Membership.CapabilityHeard heard)) {
      return membership(step, what);
    }
    Capability capability = heard.capability();
    Step seen = Leadership.seen(step, capability.term(), capability.epoch());
    Step next =
        isAnotherBoard(seen.state().fleet().capability(heard.id()), capability)
            ? learn(seen, seen.state().learning().learnt().changed(heard.id()), heard.id())
            : seen;
    return membership(next, what);
  }

  /** Whether what was measured says nothing about what the agent runs on now. */
  private static boolean isAnotherBoard(Optional<Capability> before, Capability now) {
    return before
        .filter(
            old ->
                !old.software().equals(now.software())
                    || !old.hardware().equals(now.hardware())
                    || !old.arch().equals(now.arch())
                    || old.cores() != now.cores())
        .isPresent();
  }

  static Step membership(Step step, Membership.Input input) {
    Membership.Decision decision = Membership.decide(step.state().fleet(), input, step.nowNs());
    Step next = step.with(s -> s.fleet = decision.fleet());
    for (Membership.Event event : decision.events()) {
      if (event instanceof Membership.Joined joined) {
        next = joined(next, joined);
      } else if (event instanceof Membership.Changed changed) {
        next = changed(next, changed.id());
      } else if (event instanceof Membership.Left left) {
        next = left(next, left);
      } else if (event instanceof Membership.Ignored ignored) {
        next = next.log("out of date, ignored: agent=%s reason=%s", ignored.id(), ignored.reason());
      }
    }
    return next;
  }

  private static Step joined(Step step, Membership.Joined joined) {
    Learnt met = step.state().learning().learnt().met(joined.id(), joined.incarnation());
    Step logged =
        step.log("agent joined: agent=%s incarnation=%d", joined.id(), joined.incarnation());
    return learn(logged, met, joined.id()).dirtyWithin(DeploymentCore.SETTLE_NS);
  }

  /** An agent that starts anew without a goodbye was lost, even where nobody noticed. */
  private static Step changed(Step step, String agent) {
    Learnt learnt = step.state().learning().learnt();
    long incarnation = step.state().fleet().incarnation(agent);
    boolean restarted = learnt.incarnation(agent) != 0 && learnt.incarnation(agent) != incarnation;
    Learnt before = restarted && hasWork(step.state(), agent) ? learnt.lost(agent) : learnt;
    return learn(step, before.met(agent, incarnation), agent).dirtyWithin(DeploymentCore.SETTLE_NS);
  }

  private static Step left(Step step, Membership.Left left) {
    Step next = step.log("agent left: agent=%s reason=%s", left.id(), left.reason());
    if (hasWork(next.state(), left.id()) && isLost(next.state().fleet(), left.id())) {
      next = learn(next, next.state().learning().learnt().lost(left.id()), left.id());
    }
    return next.dirty();
  }

  /** Whether the board did not go in good order. */
  private static boolean isLost(Fleet fleet, String agent) {
    Member member = fleet.members().get(agent);
    return member != null
        && (member.silent()
            || member.state().filter(s -> s.state() == Availability.OFFLINE).isPresent());
  }

  private static boolean hasWork(State state, String agent) {
    return state.assignments().getOrDefault(agent, Assignment.NONE).computes();
  }

  static Step reported(Step step, String agent, Report report) {
    Step next = membership(step, new Membership.Heard(agent, report.incarnation()));
    Fleet fleet = next.state().fleet();
    if (!fleet.isOnline(agent) || fleet.incarnation(agent) != report.incarnation()) {
      return next;
    }
    next = learn(next, measured(next.state(), agent, report), agent);
    next = judge(next, agent, report);
    return Rollouts.reported(next, agent, report).dirtyWhereOutdated();
  }

  private static Learnt measured(State state, String agent, Report report) {
    long errors =
        Math.min(report.droppedFrames(), Check.ABSURD) + Math.min(report.failures(), Check.ABSURD);
    return state
        .learning()
        .learnt()
        .heard(
            agent, report.incarnation(), errors, Measurements.progress(report, state.manifests()));
  }

  private static Step judge(Step step, String agent, Report report) {
    Breakers breakers = step.state().learning().breakers();
    for (Report.FuserReport fused : report.fused()) {
      String where = agent + "/" + fused.deployment();
      breakers =
          Rollouts.blames(step, fused.deployment())
              ? breakers.forgave(where, fused.garbageOf())
              : breakers.heard(where, fused.garbageOf(), step.nowNs());
    }
    return use(step, breakers);
  }

  /** One line and new plans when a board is left out, or let back. */
  private static Step use(Step step, Breakers breakers) {
    List<Reason> before = step.state().learning().breakers().reasons();
    List<Reason> now = breakers.reasons();
    Step next = step.with(s -> s.learning = s.learning.with(breakers));
    return now.equals(before)
        ? next
        : next.log("left out: %s", now.isEmpty() ? "nobody" : String.join("; ", Reason.texts(now)))
            .dirty();
  }

  static Step tick(Step step) {
    Step next = membership(step, new Membership.Tick());
    next = use(next, next.state().learning().breakers().elapsed(next.nowNs()));
    next = Rollouts.check(next);
    if (!next.state().learning().due(next.nowNs())) {
      return next;
    }
    State state = next.state();
    Set<String> working = new HashSet<>();
    for (Member member : state.fleet().online()) {
      if (hasWork(state, member.id())) {
        working.add(member.id());
      }
    }
    long nowNs = next.nowNs();
    next = next.with(s -> s.learning = s.learning.elapsed(nowNs, working));
    for (Member member : state.fleet().online()) {
      next = noticeChange(next, state.learning().learnt(), member.id());
    }
    return next;
  }

  private static Step learn(Step step, Learnt after, String agent) {
    Learnt before = step.state().learning().learnt();
    return noticeChange(step.with(s -> s.learning = s.learning.with(after)), before, agent);
  }

  /** One line and new plans when a board has become slow, or is slow no more. */
  private static Step noticeChange(Step step, Learnt before, String agent) {
    double was = before.slowness(agent);
    double is = step.state().learning().learnt().slowness(agent);
    if (was == is) {
      return step;
    }
    Step next =
        step.log(
            "agent %s: agent=%s slowness=%.2f->%.2f", is > 1 ? "slow" : "usual", agent, was, is);
    State state = next.state();
    return state.phase() == Phase.READY && state.fleet().isOnline(agent)
        ? next.dirtyWithin(DeploymentCore.REPORTS_NS)
        : next;
  }
}
