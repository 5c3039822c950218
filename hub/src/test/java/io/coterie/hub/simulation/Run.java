package io.coterie.hub.simulation;

import io.coterie.hub.simulation.Faults.Fault;
import io.coterie.hub.simulation.Faults.Kind;
import io.coterie.hub.simulation.FrameLedger.Answer;
import io.coterie.hub.simulation.FrameLedger.Entry;
import io.coterie.protocol.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.List;

/** One seed's fleet from its start to its end. */
final class Run {
  private static final long STEP_NS = 50 * VirtualTime.MS;
  private static final double SETTLES_WITHIN_MS = 60_000;

  /**
   * Deadline, hedge delay and a half of it, and the way there: no frame is under way for longer.
   */
  private static final double LONGEST_MS = 1_200;

  /** An accident, and when nothing was left of it. */
  private record Episode(Fault fault, double toMs) {}

  final SimulatedFleet fleet;
  final Faults faults;
  private final FrameLedger ledger;
  private final Invariants invariants;
  private final List<Episode> episodes = new ArrayList<>();
  private double countsFromMs;

  Run(long seed) {
    fleet = new SimulatedFleet(seed);
    faults = new Faults(fleet);
    ledger = new FrameLedger(fleet);
    invariants = new Invariants(fleet);
  }

  /** Each accident begins when nothing is left of the one before; all frames count. */
  void oneFaultAtATime(int count) {
    settle();
    fleet.film();
    for (int i = 0; i < count; i++) {
      pass(fleet.time.between(LONGEST_MS, LONGEST_MS + 1_500));
      Fault fault = faults.strike();
      pass(STEP_NS);
      settle();
      episodes.add(new Episode(fault, fleet.time.nowMs()));
    }
    finish();
  }

  /** Accidents that begin whenever they like; frames count from when the fleet has settled. */
  void overlappingFaults(int count) {
    settle();
    fleet.film();
    for (int i = 0; i < count; i++) {
      pass(fleet.time.between(100, 2_500));
      faults.strike();
    }
    pass(10_000 * VirtualTime.MS);
    settle();
    countsFromMs = fleet.time.nowMs();
    finish();
  }

  /** Another bundle is rolled out while accidents happen; frames count from when it has ended. */
  void rollOutAmidFaults(int count) {
    settle();
    fleet.film();
    pass(2_000 * VirtualTime.MS);
    fleet.rollOut();
    for (int i = 0; i < count; i++) {
      pass(fleet.time.between(500, 6_000));
      faults.strike();
    }
    pass(120_000 * VirtualTime.MS);
    settle();
    countsFromMs = fleet.time.nowMs();
    finish();
  }

  private void finish() {
    pass(3_000 * VirtualTime.MS);
    fleet.stopFilming();
    pass(3_000 * VirtualTime.MS);
  }

  private void pass(long ns) {
    fleet.time.run(ns, invariants::check);
  }

  /** Until there is nothing left to do. */
  private void settle() {
    double untilMs = fleet.time.nowMs() + SETTLES_WITHIN_MS;
    for (String why = fleet.unsettled(); !why.isEmpty(); why = fleet.unsettled()) {
      if (fleet.time.nowMs() > untilMs) {
        throw new AssertionError("does not settle: " + why);
      }
      pass(STEP_NS);
    }
    fleet.history.add("settled");
  }

  /** Frames that a broker accepted. */
  List<Entry> frames() {
    return ledger.entries();
  }

  /** Those that a standby hub's broker accepted. */
  List<Entry> atTheStandby() {
    return frames().stream().filter(frame -> frame.broker() != fleet.brokers.get(0)).toList();
  }

  /** Those under way while a broker was away, or its clients had not come back. */
  List<Entry> amidARestart() {
    return frames().stream().filter(this::isAmidARestart).toList();
  }

  /** Those with another number of results than one, where one is promised. */
  List<Entry> wrong() {
    return frames().stream()
        .filter(frame -> frame.atMs() >= countsFromMs && frame.answers().size() != 1)
        .filter(frame -> !isAmidARestart(frame) && !isSentIntoACut(frame))
        .toList();
  }

  /**
   * Frames with another number of results than one although a hub's own broker accepted them. One
   * that was lost meanwhile owes none.
   */
  List<Entry> brokenPromises() {
    return fleet.ownBroker ? frames().stream().filter(frame -> !isKept(frame)).toList() : List.of();
  }

  private static boolean isKept(Entry frame) {
    return frame.answers().size() == 1 || (!frame.owed().get() && frame.answers().isEmpty());
  }

  /** Those whose result came when their broker had sent its clients away. */
  List<Entry> unheard() {
    return frames().stream()
        .filter(frame -> frame.answers().stream().anyMatch(answer -> !answer.open()))
        .toList();
  }

  /** Those with two results of which one was sent when the cable was cut already. */
  List<Entry> sentIntoACut() {
    return frames().stream().filter(this::isSentIntoACut).toList();
  }

  /** Those whose one result came later than a lost fuser excuses. */
  List<Entry> late() {
    return frames().stream()
        .filter(frame -> frame.answers().size() == 1 && !isAmidARestart(frame))
        .filter(frame -> frame.answers().get(0).atMs() - frame.atMs() > LONGEST_MS)
        .toList();
  }

  List<Entry> answeredTwice() {
    return frames().stream().filter(frame -> frame.answers().size() > 1).toList();
  }

  private boolean isAmidARestart(Entry frame) {
    return episodes.stream()
        .anyMatch(
            e ->
                isOfABroker(e.fault())
                    && frame.atMs() >= e.fault().fromMs() - LONGEST_MS
                    && frame.atMs() < e.toMs());
  }

  private boolean isOfABroker(Fault fault) {
    return fleet.brokers.stream().anyMatch(one -> one.machine().name().equals(fault.victim()));
  }

  private boolean isSentIntoACut(Entry frame) {
    return frame.answers().size() == 2
        && episodes.stream()
            .anyMatch(
                e ->
                    e.fault().kind() == Kind.CUT
                        && frame.atMs() < e.fault().fromMs()
                        && frame.answers().stream().anyMatch(one -> isHeldBack(one, e)));
  }

  private static boolean isHeldBack(Answer answer, Episode cut) {
    return answer.client().startsWith("coterie-" + cut.fault().victim() + "-")
        && answer.atMs() > cut.fault().fromMs();
  }
}
