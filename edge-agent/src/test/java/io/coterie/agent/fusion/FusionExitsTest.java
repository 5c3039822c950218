package io.coterie.agent.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Portion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The fuser where there are several exits. */
final class FusionExitsTest {
  private static final String BUNDLE = "a".repeat(64);
  static final long MS = 1_000_000;
  static final long DEADLINE_MS = 100;
  static final int EXITS = 3;

  private final Set<Integer> good = new HashSet<>();
  private final List<String> judged = new ArrayList<>();
  private FuserCore core = core(ExitRule.Mode.CONTINUE, List.of(0, 1));

  @Test
  void answersAtTheFirstExitThatIsGoodEnoughAndStopsTheBoardsFirst() {
    good.add(1);
    arrive("f");
    assertNone(send("f", 1, 0));
    List<FusionEffect> effects = send("f", 1, 1);
    assertEquals(stop("f", 1), effects.get(0));
    FrameDecision decision = verdict(effects);
    assertEquals(1, decision.exit());
    assertEquals(Outcome.OK, decision.status());
    assertEquals(List.of(1L, 0L, 0L), Points.counted(core).exits());
  }

  @Test
  void goesOnWhereAnExitIsNotGoodEnough() {
    good.add(2);
    arrive("f");
    assertNone(sendAll("f", 1));
    assertEquals(2, verdict(sendAll("f", 2)).exit());
    assertEquals(List.of("1 of [1, 1] after [-, -]", "2 of [2, 2] after [1, 1]"), judged);
  }

  @Test
  void answersAtTheLastExitWithoutJudgingAndWithoutAStop() {
    arrive("f");
    assertNone(sendAll("f", 1));
    assertNone(sendAll("f", 2));
    List<FusionEffect> effects = sendAll("f", 3);
    assertEquals(1, effects.size());
    assertEquals(3, verdict(effects).exit());
    assertEquals(2, judged.size());
    assertEquals(List.of(0L, 0L, 1L), Points.counted(core).exits());
  }

  @Test
  void judgesALaterExitWhereAPortionOfAnEarlierOneGotLost() {
    good.add(2);
    arrive("f");
    assertNone(send("f", 1, 0));
    assertNone(send("f", 2, 0));
    assertEquals(2, verdict(send("f", 2, 1)).exit());
    assertEquals(List.of("2 of [2, 2] after [1, -]"), judged);
  }

  @Test
  void doesNotJudgeAnExitAfterALaterOne() {
    good.add(1);
    arrive("f");
    assertNone(send("f", 1, 0));
    assertNone(sendAll("f", 2));
    assertNone(send("f", 1, 1));
    assertEquals(List.of("2 of [2, 2] after [1, -]"), judged);
    assertEquals(3, verdict(sendAll("f", 3)).exit());
  }

  @Test
  void answersAtTheLastExitThoughAllEarlierPortionsGotLost() {
    arrive("f");
    FrameDecision decision = verdict(sendAll("f", 3));
    assertEquals(3, decision.exit());
    assertEquals(Outcome.OK, decision.status());
  }

  @Test
  void judgesWhatOvertookItsFrameInRisingOrder() {
    good.add(2);
    sendAll("f", 2);
    sendAll("f", 1);
    assertEquals(List.of(), judged);
    assertEquals(2, verdict(arrive("f")).exit());
    assertEquals(2, judged.size());
    assertTrue(judged.get(0).startsWith("1 of"));
  }

  @Test
  void fallsBackToTheExitBeforeAtTheDeadline() {
    arrive("f");
    sendAll("f", 1);
    send("f", 2, 1);
    List<FusionEffect> effects = core.expire(DEADLINE_MS * MS);
    assertEquals(stop("f", 2), effects.get(0));
    FrameDecision decision = verdict(effects);
    assertEquals(2, decision.exit());
    assertEquals(Outcome.DEGRADED, decision.status());
    assertEquals(1, decision.have());
    assertEquals("[1, 2]", exits(decision.portions()));
  }

  @Test
  void leavesOutAtTheDeadlineWhatNeverCame() {
    arrive("f");
    send("f", 1, 1);
    List<FusionEffect> effects = core.expire(DEADLINE_MS * MS);
    assertEquals(stop("f", 1), effects.get(0));
    assertEquals("[-, 1]", exits(verdict(effects).portions()));
  }

  @Test
  void sendsNoStopWhereTheDeadlineFindsTheLastExit() {
    arrive("f");
    sendAll("f", 1);
    send("f", 3, 0);
    List<FusionEffect> effects = core.expire(DEADLINE_MS * MS);
    assertEquals(1, effects.size());
    assertEquals(3, verdict(effects).exit());
    assertEquals("[3, 1]", exits(verdict(effects).portions()));
  }

  @Test
  void sendsNoStopForAFrameWithoutAnswer() {
    arrive("f");
    List<FusionEffect> effects = core.expire(DEADLINE_MS * MS);
    assertEquals(1, effects.size());
    assertEquals(Outcome.EXPIRED, verdict(effects).status());
    assertEquals(0, verdict(effects).exit());
  }

  @Test
  void doesNotWaitForPartitionsThatNobodyComputes() {
    core = core(ExitRule.Mode.CONTINUE, List.of(1));
    good.add(1);
    arrive("f");
    FrameDecision decision = verdict(send("f", 1, 1));
    assertEquals(Outcome.DEGRADED, decision.status());
    assertEquals(1, decision.have());
  }

  @Test
  void tellsBoardsThatWaitToProceed() {
    core = core(ExitRule.Mode.WAIT, List.of(0, 1));
    good.add(2);
    arrive("f");
    assertEquals(List.of(tell(Control.Command.PROCEED, "f", 1)), sendAll("f", 1));
    assertEquals(stop("f", 2), sendAll("f", 2).get(0));
  }

  @Test
  void countsPortionsAfterTheAnswerAsLate() {
    good.add(1);
    arrive("f");
    sendAll("f", 1);
    sendAll("f", 2);
    assertEquals(2, Points.counted(core).late());
  }

  @Test
  void takesAnExitThatThereIsNotForGarbage() {
    arrive("f");
    send("f", EXITS + 1, 0);
    assertEquals(Map.of("a", 1L), Points.counted(core).garbageOf());
  }

  @Test
  void neverMixesStrategies() {
    arrive("f");
    send("f", 1, 0);
    core.portion(portion(Strategy.ROCOIN, "f", 1, 1), 1);
    assertEquals(1, Points.counted(core).fenced());
    core.assign(rocoin(), layout(Strategy.ROCOIN, 1));
    assertNone(core.portion(portion(Strategy.ROCOIN, "f", 1, 1), 2));
    FrameDecision decision = verdict(core.portion(portion(Strategy.ROCOIN, "f", 1, 0), 3));
    assertEquals(Optional.of(layout(Strategy.ROCOIN, 1)), decision.schema());
  }

  private FuserCore core(ExitRule.Mode mode, List<Integer> covered) {
    return Points.core(
        role(mode, covered),
        layout(Strategy.DISTREE, EXITS),
        (schema, exit, portions, before) -> {
          judged.add(exit + " of " + exits(portions) + " after " + exits(before));
          return good.contains(exit);
        });
  }

  static FuserRole role(ExitRule.Mode mode, List<Integer> covered) {
    ExitRule rule = new ExitRule(null, 0.5, 0, null, mode);
    return new FuserRole("d", BUNDLE, Strategy.DISTREE, 2, covered, DEADLINE_MS, 5, rule);
  }

  static FuserRole rocoin() {
    return new FuserRole("d", BUNDLE, 2, List.of(0, 1), DEADLINE_MS, 5);
  }

  static PortionSchema layout(Strategy strategy, int exits) {
    return new PortionSchema(
        new PortionSchema.FusionKey(BUNDLE, strategy, 2), List.of(1, 1), exits);
  }

  private List<FusionEffect> arrive(String id) {
    return core.frame(frame(id), 0);
  }

  private List<FusionEffect> send(String id, int exit, int partition) {
    return core.portion(portion(Strategy.DISTREE, id, exit, partition), 1);
  }

  private List<FusionEffect> sendAll(String id, int exit) {
    List<FusionEffect> effects = new ArrayList<>(send(id, exit, 0));
    effects.addAll(send(id, exit, 1));
    return effects;
  }

  static FrameArrival frame(String id) {
    return new FrameArrival(new FrameKey("cam", id), "", new byte[0], 10, 1);
  }

  static Portion portion(Strategy strategy, String id, int exit, int partition) {
    return new Portion(
        new FrameKey("cam", id), BUNDLE, strategy, 2, partition, exit, 5, "a", new float[1], "");
  }

  private static FusionEffect stop(String id, int exit) {
    return tell(Control.Command.STOP, id, exit);
  }

  private static FusionEffect tell(Control.Command command, String id, int exit) {
    return new FusionEffect.SendControl(new Control(command, "cam", id, exit));
  }

  /** The exits that portions are of, such as {@code [1, -]}. */
  private static String exits(List<Optional<Portion>> portions) {
    return portions.stream().map(p -> p.map(q -> "" + q.exit()).orElse("-")).toList().toString();
  }

  private static void assertNone(List<FusionEffect> effects) {
    assertEquals(List.of(), effects);
  }

  private static FrameDecision verdict(List<FusionEffect> effects) {
    return assertInstanceOf(FrameDecision.class, effects.get(effects.size() - 1));
  }
}
