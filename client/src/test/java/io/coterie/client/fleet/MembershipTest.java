package io.coterie.client.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.fleet.Membership.CapabilityCleared;
import io.coterie.client.fleet.Membership.CapabilityHeard;
import io.coterie.client.fleet.Membership.Changed;
import io.coterie.client.fleet.Membership.Event;
import io.coterie.client.fleet.Membership.Heard;
import io.coterie.client.fleet.Membership.Ignored;
import io.coterie.client.fleet.Membership.Input;
import io.coterie.client.fleet.Membership.Joined;
import io.coterie.client.fleet.Membership.Left;
import io.coterie.client.fleet.Membership.Reconnected;
import io.coterie.client.fleet.Membership.StateCleared;
import io.coterie.client.fleet.Membership.StateHeard;
import io.coterie.client.fleet.Membership.Tick;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MembershipTest {
  private static final long SECOND = 1_000_000_000L;

  private Fleet fleet = Fleet.EMPTY;

  @Test
  void joinsOnceStateAndCapabilityAreKnownInAnyOrder() {
    assertEquals(List.of(), at(0, capability(1)));
    assertEquals(List.of(new Joined("a", 1)), at(0, state(Availability.ONLINE, 1)));
    fleet = Fleet.EMPTY;
    assertEquals(List.of(), at(0, state(Availability.ONLINE, 1)));
    assertEquals(List.of(new Joined("a", 1)), at(0, capability(1)));
  }

  @ParameterizedTest
  @EnumSource(value = Availability.class, names = "ONLINE", mode = EnumSource.Mode.EXCLUDE)
  void leavesWhenItIsNotOnline(Availability availability) {
    online(1);
    List<Event> events = at(1, state(availability, 1));
    assertEquals(List.of(new Left("a", availability.name().toLowerCase(Locale.ROOT))), events);
    assertEquals(List.of(), fleet.online());
  }

  @Test
  void listensToItsAssignmentsWhileItDrains() {
    online(1);
    at(1, state(Availability.DRAINING, 1));
    assertTrue(fleet.members().get("a").reachable());
  }

  @Test
  void ignoresWillOfAnOlderIncarnation() {
    online(2);
    List<Event> events = at(1, state(Availability.OFFLINE, 1));
    assertEquals(List.of(new Ignored("a", "state of incarnation 1 < 2")), events);
    assertEquals(1, fleet.online().size());
  }

  @Test
  void ignoresAnOlderWillBetweenCapabilityAndState() {
    online(1);
    at(1, capability(2));
    assertTrue(at(1, state(Availability.OFFLINE, 1)).get(0) instanceof Ignored);
    assertEquals(List.of(), at(1, state(Availability.ONLINE, 2)));
    assertEquals(1, fleet.online().size());
  }

  @Test
  void ignoresAnOlderCapability() {
    online(2);
    assertTrue(at(1, capability(1)).get(0) instanceof Ignored);
  }

  @Test
  void noticesARestart() {
    online(1);
    assertEquals(List.of(new Changed("a")), at(1, capability(2)));
  }

  @Test
  void toleratesDuplicateDelivery() {
    online(1);
    assertEquals(List.of(), at(1, state(Availability.ONLINE, 1)));
    assertEquals(List.of(), at(1, capability(1)));
  }

  @Test
  void leavesWhenEitherTopicIsCleared() {
    online(1);
    assertEquals(List.of(new Left("a", "cleared")), at(1, new StateCleared("a")));
    online(1);
    assertEquals(List.of(new Left("a", "cleared")), at(1, new CapabilityCleared("a")));
    at(1, new StateCleared("a"));
    assertEquals(Fleet.EMPTY, fleet);
    assertEquals(List.of(), at(1, new StateCleared("unknown")));
    assertEquals(Fleet.EMPTY, fleet);
  }

  @Test
  void leavesAfterALongSilence() {
    online(1);
    at(15 * SECOND, new Heard("a", 1));
    assertEquals(List.of(), at(34 * SECOND, new Tick()));
    assertEquals(List.of(new Left("a", "silent for 20 s")), at(36 * SECOND, new Tick()));
    assertEquals(List.of(), at(37 * SECOND, new Tick()));
    assertEquals(List.of(new Joined("a", 1)), at(38 * SECOND, new Heard("a", 1)));
  }

  @Test
  void reportsOfAnOlderIncarnationAreNoSignOfLife() {
    online(2);
    at(15 * SECOND, new Heard("a", 1));
    assertEquals(1, at(21 * SECOND, new Tick()).size());
  }

  @Test
  void aReturnOfTheConnectionForgivesSilence() {
    online(1);
    at(100 * SECOND, new Reconnected());
    assertEquals(List.of(), at(101 * SECOND, new Tick()));
  }

  @Test
  void reportsOfUnknownAgentsMeanNothing() {
    at(0, new Heard("ghost", 3));
    assertEquals(Fleet.EMPTY, fleet);
  }

  private void online(long incarnation) {
    at(0, capability(incarnation));
    at(0, state(Availability.ONLINE, incarnation));
  }

  private List<Event> at(long nowNs, Input input) {
    Membership.Decision decision = Membership.decide(fleet, input, nowNs);
    fleet = decision.fleet();
    return decision.events();
  }

  private static Input state(Availability availability, long incarnation) {
    return new StateHeard("a", new AgentState(availability, incarnation));
  }

  private static Input capability(long incarnation) {
    return new CapabilityHeard(
        "a",
        new Capability(incarnation, "1", "pi", "aarch64", 4, 1000, 1e6, 1e6, 0.1, false, 0, 0));
  }
}
