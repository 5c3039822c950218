package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.learning.Breakers;
import io.coterie.orchestrator.learning.Learnt;
import io.coterie.orchestrator.membership.Fleet.Member;
import io.coterie.orchestrator.membership.Membership;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Report;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What boards say and do, and what is learnt from it. */
final class Boards {
  private final Draft draft;

  Boards(Draft draft) {
    this.draft = draft;
  }

  void heard(Membership.Input what) {
    if (what instanceof Membership.CapabilityHeard heard) {
      Capability capability = heard.capability();
      draft.seen(capability.term(), capability.epoch());
      if (isAnotherBoard(draft.fleet.capability(heard.id()), capability)) {
        learn(draft.learning.learnt().changed(heard.id()), heard.id());
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
    Membership.Decision decision = Membership.decide(draft.fleet, input, draft.nowNs);
    draft.fleet = decision.fleet();
    for (Membership.Event event : decision.events()) {
      if (event instanceof Membership.Joined joined) {
        joined(joined);
      } else if (event instanceof Membership.Changed changed) {
        changed(changed.id());
      } else if (event instanceof Membership.Left left) {
        left(left);
      } else if (event instanceof Membership.Ignored ignored) {
        draft.log("out of date, ignored: agent=%s reason=%s", ignored.id(), ignored.reason());
      }
    }
  }

  private void joined(Membership.Joined joined) {
    draft.log("agent joined: agent=%s incarnation=%d", joined.id(), joined.incarnation());
    learn(draft.learning.learnt().met(joined.id(), joined.incarnation()), joined.id());
    draft.replanWithin(DeploymentCore.SETTLE_NS);
  }

  /** An agent that starts anew without a goodbye was lost, even where nobody noticed. */
  private void changed(String agent) {
    Learnt learnt = draft.learning.learnt();
    long incarnation = draft.fleet.incarnation(agent);
    boolean restarted = learnt.incarnation(agent) != 0 && learnt.incarnation(agent) != incarnation;
    Learnt before = restarted && hasWork(agent) ? learnt.lost(agent) : learnt;
    learn(before.met(agent, incarnation), agent);
    draft.replanWithin(DeploymentCore.SETTLE_NS);
  }

  private void left(Membership.Left left) {
    draft.log("agent left: agent=%s reason=%s", left.id(), left.reason());
    if (hasWork(left.id()) && isLost(draft.fleet.members().get(left.id()))) {
      learn(draft.learning.learnt().lost(left.id()), left.id());
    }
    draft.replanNow();
  }

  /** Whether the board did not go in good order. */
  private static boolean isLost(Member member) {
    return member != null
        && (member.silent()
            || member.state().filter(s -> s.state() == Availability.OFFLINE).isPresent());
  }

  private boolean hasWork(String agent) {
    return draft.assignments.containsKey(agent) && draft.assignments.get(agent).computes();
  }

  void reported(String agent, Report report) {
    membership(new Membership.Heard(agent, report.incarnation()));
    if (draft.fleet.isOnline(agent) && draft.fleet.incarnation(agent) == report.incarnation()) {
      learn(
          draft
              .learning
              .learnt()
              .heard(
                  agent,
                  report.incarnation(),
                  Math.min(report.droppedFrames(), Check.ABSURD)
                      + Math.min(report.failures(), Check.ABSURD),
                  Measurements.progress(report, draft.manifests)),
          agent);
      Rollouts rollouts = new Rollouts(draft);
      Breakers breakers = draft.learning.breakers();
      for (Report.Fused fused : report.fused()) {
        String where = agent + "/" + fused.deployment();
        breakers =
            rollouts.blames(fused.deployment())
                ? breakers.forgave(where, fused.garbageOf())
                : breakers.heard(where, fused.garbageOf(), draft.nowNs);
      }
      use(breakers);
      rollouts.reported(agent, report);
      draft.replanWhereOutdated();
    }
  }

  /** One line and one new plan when a board is left out, or let back. */
  private void use(Breakers breakers) {
    List<String> before = Reason.texts(draft.learning.breakers().reasons());
    List<String> reasons = Reason.texts(breakers.reasons());
    draft.learning = draft.learning.with(breakers);
    if (!reasons.equals(before)) {
      draft.log("left out: %s", reasons.isEmpty() ? "nobody" : String.join("; ", reasons));
      draft.replanNow();
    }
  }

  void tick() {
    membership(new Membership.Tick());
    use(draft.learning.breakers().elapsed(draft.nowNs));
    new Rollouts(draft).check();
    if (draft.learning.due(draft.nowNs)) {
      Set<String> working = new HashSet<>();
      for (Member member : draft.fleet.online()) {
        if (hasWork(member.id())) {
          working.add(member.id());
        }
      }
      Learnt before = draft.learning.learnt();
      draft.learning = draft.learning.elapsed(draft.nowNs, working);
      draft.fleet.online().forEach(member -> noticeChange(before, member.id()));
    }
  }

  private void learn(Learnt after, String agent) {
    Learnt before = draft.learning.learnt();
    draft.learning = draft.learning.with(after);
    noticeChange(before, agent);
  }

  /** One line and one new plan when a board has become slow, or is slow no more. */
  private void noticeChange(Learnt before, String agent) {
    double was = before.slowness(agent);
    double is = draft.learning.learnt().slowness(agent);
    if (was == is) {
      return;
    }
    draft.log("agent %s: agent=%s slowness=%.2f->%.2f", is > 1 ? "slow" : "usual", agent, was, is);
    if (draft.phase == Phase.READY && draft.fleet.isOnline(agent)) {
      draft.replanWithin(DeploymentCore.REPORTS_NS);
    }
  }
}
