package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.learning.Breakers;
import io.coterie.orchestrator.learning.Learnt;
import io.coterie.orchestrator.membership.Fleet.Member;
import io.coterie.orchestrator.membership.Membership;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.Report;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What boards say and do, and what is learnt from it. */
final class BoardEvents {
  private final DecisionBuilder builder;

  BoardEvents(DecisionBuilder builder) {
    this.builder = builder;
  }

  void heard(Membership.Input what) {
    if (what instanceof Membership.CapabilityHeard heard) {
      Capability capability = heard.capability();
      builder.seen(capability.term(), capability.epoch());
      if (isAnotherBoard(builder.fleet.capability(heard.id()), capability)) {
        learn(builder.learning.learnt().changed(heard.id()), heard.id());
      }
    }
    membership(what);
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

  void membership(Membership.Input input) {
    Membership.Decision decision = Membership.decide(builder.fleet, input, builder.nowNs);
    builder.fleet = decision.fleet();
    for (Membership.Event event : decision.events()) {
      if (event instanceof Membership.Joined joined) {
        joined(joined);
      } else if (event instanceof Membership.Changed changed) {
        changed(changed.id());
      } else if (event instanceof Membership.Left left) {
        left(left);
      } else if (event instanceof Membership.Ignored ignored) {
        builder.log("out of date, ignored: agent=%s reason=%s", ignored.id(), ignored.reason());
      }
    }
  }

  private void joined(Membership.Joined joined) {
    builder.log("agent joined: agent=%s incarnation=%d", joined.id(), joined.incarnation());
    learn(builder.learning.learnt().met(joined.id(), joined.incarnation()), joined.id());
    builder.replanWithin(DeploymentCore.SETTLE_NS);
  }

  /** An agent that starts anew without a goodbye was lost, even where nobody noticed. */
  private void changed(String agent) {
    Learnt learnt = builder.learning.learnt();
    long incarnation = builder.fleet.incarnation(agent);
    boolean restarted = learnt.incarnation(agent) != 0 && learnt.incarnation(agent) != incarnation;
    Learnt before = restarted && hasWork(agent) ? learnt.lost(agent) : learnt;
    learn(before.met(agent, incarnation), agent);
    builder.replanWithin(DeploymentCore.SETTLE_NS);
  }

  private void left(Membership.Left left) {
    builder.log("agent left: agent=%s reason=%s", left.id(), left.reason());
    if (hasWork(left.id()) && isLost(builder.fleet.members().get(left.id()))) {
      learn(builder.learning.learnt().lost(left.id()), left.id());
    }
    builder.replanNow();
  }

  /** Whether the board did not go in good order. */
  private static boolean isLost(Member member) {
    return member != null
        && (member.silent()
            || member.state().filter(s -> s.state() == Availability.OFFLINE).isPresent());
  }

  private boolean hasWork(String agent) {
    return builder.assignments.containsKey(agent) && builder.assignments.get(agent).computes();
  }

  void reported(String agent, Report report) {
    membership(new Membership.Heard(agent, report.incarnation()));
    if (builder.fleet.isOnline(agent) && builder.fleet.incarnation(agent) == report.incarnation()) {
      learn(
          builder
              .learning
              .learnt()
              .heard(
                  agent,
                  report.incarnation(),
                  Math.min(report.droppedFrames(), Check.ABSURD)
                      + Math.min(report.failures(), Check.ABSURD),
                  Measurements.progress(report, builder.manifests)),
          agent);
      Rollouts rollouts = new Rollouts(builder);
      Breakers breakers = builder.learning.breakers();
      for (Report.FuserReport fused : report.fused()) {
        String where = agent + "/" + fused.deployment();
        breakers =
            rollouts.blames(fused.deployment())
                ? breakers.forgave(where, fused.garbageOf())
                : breakers.heard(where, fused.garbageOf(), builder.nowNs);
      }
      use(breakers);
      rollouts.reported(agent, report);
      builder.replanWhereOutdated();
    }
  }

  /** One line and one new plan when a board is left out, or let back. */
  private void use(Breakers breakers) {
    List<String> before = builder.learning.breakers().reasons();
    List<String> reasons = breakers.reasons();
    builder.learning = builder.learning.with(breakers);
    if (!reasons.equals(before)) {
      builder.log("left out: %s", reasons.isEmpty() ? "nobody" : String.join("; ", reasons));
      builder.replanNow();
    }
  }

  void tick() {
    membership(new Membership.Tick());
    use(builder.learning.breakers().elapsed(builder.nowNs));
    new Rollouts(builder).check();
    if (builder.learning.due(builder.nowNs)) {
      Set<String> working = new HashSet<>();
      for (Member member : builder.fleet.online()) {
        if (hasWork(member.id())) {
          working.add(member.id());
        }
      }
      Learnt before = builder.learning.learnt();
      builder.learning = builder.learning.elapsed(builder.nowNs, working);
      builder.fleet.online().forEach(member -> noticeChange(before, member.id()));
    }
  }

  private void learn(Learnt after, String agent) {
    Learnt before = builder.learning.learnt();
    builder.learning = builder.learning.with(after);
    noticeChange(before, agent);
  }

  /** One line and one new plan when a board has become slow, or is slow no more. */
  private void noticeChange(Learnt before, String agent) {
    double was = before.slowness(agent);
    double is = builder.learning.learnt().slowness(agent);
    if (was == is) {
      return;
    }
    builder.log(
        "agent %s: agent=%s slowness=%.2f->%.2f", is > 1 ? "slow" : "usual", agent, was, is);
    if (builder.phase == Phase.READY && builder.fleet.isOnline(agent)) {
      builder.replanWithin(DeploymentCore.REPORTS_NS);
    }
  }
}
