package io.coterie.orchestrator.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.orchestrator.leader.Lease.Role;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class LeaseCoreTest {
  private static final long MS = 1_000_000;
  private static final String OTHER = "other";

  private Lease lease = Lease.initial("me", 1_000);
  private List<LeaseCore.Event> events = List.of();
  private long nowNs = -50 * MS;

  @Test
  void leadsWhereNobodyElseIs() {
    connect();
    after(200);
    assertEquals(Role.CANDIDATE, lease.role());
    assertEquals(List.of(new LeaseCore.Announce(lease.announcement())), events);
    after(300);
    assertTrue(lease.leads());
    assertEquals(List.of(new LeaseCore.Won()), events);
  }

  /** A machine or network that is slower than the wait must not make two leaders. */
  @Test
  void doesNotLeadBeforeItHasHeardItsOwnClaim() {
    connect();
    after(199);
    decideAfter(1);
    OrchestratorState claim = lease.announcement();
    for (int i = 0; i < 10; i++) {
      decideAfter(300);
      assertEquals(Role.CANDIDATE, lease.role());
      assertEquals(List.of(new LeaseCore.Announce(claim)), events);
    }
    hear(Availability.ONLINE, "me", claim.term());
    decideAfter(300);
    assertEquals(Role.CANDIDATE, lease.role(), "said by an earlier run");
    hear(Availability.ONLINE, OTHER, claim.term() + 1);
    decide(new LeaseCore.StateHeard(claim));
    assertEquals(Role.FOLLOWER, lease.role(), "the other's claim came before its own");
  }

  @Test
  void leadsOnceItHasHeardItsOwnClaim() {
    connect();
    decideAfter(200);
    decideAfter(300);
    decide(new LeaseCore.StateHeard(lease.announcement()));
    assertEquals(Role.CANDIDATE, lease.role());
    decideAfter(300);
    assertTrue(lease.leads());
    assertEquals(List.of(new LeaseCore.Won()), events);
  }

  @Test
  void followsWhoeverLeads() {
    connect();
    hear(Availability.ONLINE, OTHER, 5);
    after(6_000);
    assertEquals(Role.FOLLOWER, lease.role());
    assertEquals(Optional.of(OTHER), lease.leader().map(OrchestratorState::id));
  }

  @Test
  void takesOverWithAHigherTermWhenTheLeadersWillIsHeard() {
    connect();
    hear(Availability.ONLINE, OTHER, 5_000_000);
    hear(Availability.OFFLINE, OTHER, 4_000_000);
    after(100);
    assertEquals(Role.CANDIDATE, lease.role());
    after(300);
    assertTrue(lease.leads());
    assertTrue(lease.term() > 5_000_000);
  }

  @Test
  void takesOverFromALeaderThatStopped() {
    connect();
    hear(Availability.ONLINE, OTHER, 5);
    hear(Availability.STOPPED, OTHER, 5);
    after(100);
    after(300);
    assertTrue(lease.leads());
  }

  @Test
  void staysAFollowerWhenTheLeaderContradictsItsLateWill() {
    connect();
    hear(Availability.ONLINE, OTHER, 5);
    hear(Availability.OFFLINE, OTHER, 5);
    after(50);
    hear(Availability.ONLINE, OTHER, 5);
    after(1_000);
    assertEquals(Role.FOLLOWER, lease.role());
  }

  @Test
  void doesNotMindTheWillOfAnotherFollower() {
    connect();
    hear(Availability.ONLINE, OTHER, 5);
    hear(Availability.OFFLINE, "third", 9);
    after(1_000);
    assertEquals(Role.FOLLOWER, lease.role());
  }

  @Test
  void takesOverFromALeaderWhoseWillWasLost() {
    connect();
    hear(Availability.ONLINE, OTHER, 5);
    after(6_999);
    assertEquals(Role.FOLLOWER, lease.role());
    after(1);
    after(300);
    assertTrue(lease.leads());
  }

  @Test
  void aLeaderRenewsWhatItSaid() {
    lead();
    after(2_000);
    assertEquals(List.of(new LeaseCore.Announce(lease.announcement())), events);
  }

  @Test
  void aLeaderPutsRightWhatOthersOverwrote() {
    lead();
    hear(Availability.OFFLINE, OTHER, 1);
    assertEquals(List.of(new LeaseCore.Announce(lease.announcement())), events);
    after(100);
    assertEquals(List.of(new LeaseCore.Announce(lease.announcement())), events);
    after(1_999);
    assertEquals(List.of(), events);
    hear(Availability.ONLINE, OTHER, 1);
    assertEquals(List.of(new LeaseCore.Announce(lease.announcement())), events);
    hear(Availability.OFFLINE, "me", 1);
    assertEquals(List.of(new LeaseCore.Announce(lease.announcement())), events);
    hear(Availability.ONLINE, "me", lease.term());
    assertEquals(List.of(), events);
  }

  @Test
  void aStaleLeaderIsFencedAndNeverUsesItsTermAgain() {
    lead();
    long stale = lease.term();
    hear(Availability.ONLINE, OTHER, stale + 1);
    assertEquals(Role.FOLLOWER, lease.role());
    assertEquals(
        List.of(new LeaseCore.Lost(new OrchestratorState(Availability.ONLINE, stale + 1, OTHER))),
        events);
    hear(Availability.OFFLINE, OTHER, stale + 1);
    after(100);
    after(300);
    assertTrue(lease.leads());
    assertTrue(lease.term() > stale + 1);
  }

  /** Two hubs without a name of their own: agents have incarnations against exactly this. */
  @Test
  void ofTwoWithOneNameTheYoungerLeadsAndTheElderFollows() {
    lead();
    Lease elder = lease;
    Lease younger =
        LeaseCore.decide(Lease.initial("me", 1_001), new LeaseCore.Connected(false), nowNs).lease();
    OrchestratorState eldersWord = elder.announcement();
    younger = LeaseCore.decide(younger, new LeaseCore.StateHeard(eldersWord), nowNs).lease();
    assertEquals(Optional.empty(), younger.leader(), "it does not follow its elder");
    LeaseCore.Decision claim =
        LeaseCore.decide(younger, new LeaseCore.Tick(), younger.dueNs().orElseThrow());
    younger = claim.lease();
    assertEquals(Role.CANDIDATE, younger.role());
    OrchestratorState claimed = younger.announcement();
    assertTrue(claimed.term() < eldersWord.term());
    decide(new LeaseCore.StateHeard(claimed));
    assertEquals(Role.FOLLOWER, lease.role());
    assertEquals(List.of(new LeaseCore.Lost(claimed)), events);
    younger = echoed(younger);
    younger =
        LeaseCore.decide(younger, new LeaseCore.Tick(), younger.dueNs().orElseThrow()).lease();
    assertTrue(younger.leads());
    assertTrue(younger.term() > elder.term(), "no two share a term");
  }

  @Test
  void aYoungerOneInsistsAgainstItsEldersWordAndWill() {
    lead();
    for (Availability said : List.of(Availability.ONLINE, Availability.OFFLINE)) {
      decide(new LeaseCore.StateHeard(new OrchestratorState(said, lease.term(), "me", 999)));
      assertTrue(lease.leads());
      assertTrue(events.contains(new LeaseCore.Announce(lease.announcement())), events::toString);
    }
  }

  @Test
  void theElderGoesOnWhenTheYoungerIsGone() {
    lead();
    decide(new LeaseCore.StateHeard(new OrchestratorState(Availability.ONLINE, 7, "me", 1_001)));
    assertEquals(Role.FOLLOWER, lease.role());
    decide(new LeaseCore.StateHeard(new OrchestratorState(Availability.OFFLINE, 7, "me", 1_001)));
    after(100);
    after(300);
    assertTrue(lease.leads());
  }

  @Test
  void ofEqualTermsTheLaterNameWins() {
    lead();
    hear(Availability.ONLINE, "a", lease.term());
    assertTrue(lease.leads());
    hear(Availability.ONLINE, "z", lease.term());
    assertEquals(Role.FOLLOWER, lease.role());
  }

  @Test
  void hearingOfALeadersTermElsewhereIsNoBetterClaim() {
    Lease leader = Lease.initial(OTHER, 5_000_000).leading(0);
    connect();
    decide(new LeaseCore.TermHeard(leader.term()));
    after(200);
    OrchestratorState claim = lease.announcement();
    assertEquals(List.of(new LeaseCore.Announce(claim)), events);
    LeaseCore.Decision objection = LeaseCore.decide(leader, new LeaseCore.StateHeard(claim), nowNs);
    assertEquals(List.of(new LeaseCore.Announce(leader.announcement())), objection.events());
    hear(Availability.ONLINE, OTHER, leader.term());
    assertEquals(Role.FOLLOWER, lease.role());
  }

  @Test
  void whoLedLastHasTheBetterClaim() {
    lead();
    long led = lease.term();
    decide(new LeaseCore.Disconnected());
    connect();
    after(50);
    assertEquals(Role.CANDIDATE, lease.role());
    assertEquals(led, lease.announcement().term());
    hear(Availability.ONLINE, OTHER, led - 1);
    after(300);
    assertTrue(lease.leads());
  }

  @Test
  void anotherCandidateWithALowerTermGivesWay() {
    connect();
    after(200);
    hear(Availability.ONLINE, OTHER, 1);
    after(300);
    assertTrue(lease.leads());
  }

  @Test
  void aLeaderRisesAboveEveryTermThatAgentsHaveSeen() {
    lead();
    decide(new LeaseCore.TermHeard(7_777_777));
    assertTrue(lease.leads());
    assertTrue(lease.term() > 7_777_777);
    assertEquals(
        List.of(new LeaseCore.Announce(lease.announcement()), new LeaseCore.Raised()), events);
  }

  @Test
  void ignoresTermsThatNobodyCountsTo() {
    lead();
    long term = lease.term();
    decide(new LeaseCore.TermHeard(1L << 53));
    hear(Availability.ONLINE, OTHER, 1L << 53);
    assertTrue(lease.leads());
    assertEquals(term, lease.term());
  }

  @Test
  void doesNotTakeTheTermOfAnEarlierRunForItsOwn() {
    long term = lease.term();
    connect();
    hear(Availability.OFFLINE, "me", term);
    after(200);
    after(300);
    assertTrue(lease.term() > term);
  }

  @Test
  void aLeaderThatReturnsToAnEmptyBrokerIsFasterThanItsFollowers() {
    lead();
    long term = lease.term();
    decide(new LeaseCore.Disconnected());
    connect();
    after(50);
    assertEquals(Role.CANDIDATE, lease.role());
    after(300);
    assertTrue(lease.leads());
    assertEquals(term, lease.term());
  }

  @Test
  void leadsAtOnceWhereNobodyElseCanBe() {
    connect();
    hear(Availability.ONLINE, OTHER, 5_000_000);
    decide(new LeaseCore.Disconnected());
    decide(new LeaseCore.Connected(true));
    assertTrue(lease.leads());
    assertTrue(lease.term() > 5_000_000);
    assertEquals(List.of(new LeaseCore.Won()), events);
  }

  @Test
  void doesNothingWhileAway() {
    hear(Availability.OFFLINE, OTHER, 5);
    after(100_000);
    assertEquals(Role.AWAY, lease.role());
    assertEquals(List.of(), events);
  }

  @Test
  void twoHubsWithTheirUsualNamesNeverShareATerm() {
    assertNotEquals(Terms.slot("hub"), Terms.slot("standby"));
    for (long floor : new long[] {0, 1, 1_023, 1_024, 1_795_000_000_123L}) {
      long term = Terms.above("hub", floor);
      assertTrue(term > floor && term <= floor + Terms.SLOTS);
      assertEquals(Terms.slot("hub"), Math.floorMod(term, Terms.SLOTS));
    }
  }

  @Test
  void everyInputIsUnderstoodInEveryRole() {
    List<LeaseCore.Input> inputs =
        List.of(
            new LeaseCore.Connected(false),
            new LeaseCore.Connected(true),
            new LeaseCore.Disconnected(),
            new LeaseCore.StateHeard(new OrchestratorState(Availability.DRAINING, 3, OTHER)),
            new LeaseCore.TermHeard(3),
            new LeaseCore.Tick());
    Set<Class<?>> classes = inputs.stream().map(Object::getClass).collect(Collectors.toSet());
    assertEquals(
        Arrays.stream(LeaseCore.Input.class.getPermittedSubclasses()).collect(Collectors.toSet()),
        classes);
    for (LeaseCore.Input first : inputs) {
      for (LeaseCore.Input second : inputs) {
        lease = Lease.initial("me", 1_000);
        decide(first);
        decide(second);
        assertEquals(lease.role() == Role.AWAY, lease.dueNs().isEmpty(), first + " " + second);
        assertFalse(lease.leads() && lease.isTaken(), first + " " + second);
      }
    }
  }

  private void lead() {
    connect();
    after(200);
    after(300);
    assertTrue(lease.leads());
  }

  private void connect() {
    decide(new LeaseCore.Connected(false));
  }

  private void hear(Availability availability, String id, long term) {
    decide(new LeaseCore.StateHeard(new OrchestratorState(availability, term, id)));
  }

  private void after(long milliseconds) {
    decideAfter(milliseconds);
    if (lease.role() == Role.CANDIDATE) {
      lease = echoed(lease);
    }
  }

  /** The broker tells the candidate of its own claim. */
  private Lease echoed(Lease candidate) {
    LeaseCore.Decision echo =
        LeaseCore.decide(candidate, new LeaseCore.StateHeard(candidate.announcement()), nowNs);
    assertEquals(List.of(), echo.events());
    return echo.lease();
  }

  private void decideAfter(long milliseconds) {
    nowNs += milliseconds * MS;
    decide(new LeaseCore.Tick());
  }

  private void decide(LeaseCore.Input input) {
    LeaseCore.Decision decision = LeaseCore.decide(lease, input, nowNs);
    lease = decision.lease();
    events = decision.events();
  }
}
