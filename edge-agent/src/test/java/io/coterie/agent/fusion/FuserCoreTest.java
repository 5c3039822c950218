package io.coterie.agent.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.arrival.AnsweredFrames;
import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Portion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FuserCoreTest {
  private static final String BUNDLE = "a".repeat(64);
  private static final long MS = 1_000_000;
  private static final long DEADLINE_MS = 100;
  private static final int[] SIZES = {2, 3, 1};

  private final FuserCore core =
      Points.core(
          role(3, List.of(0, 1, 2), 5), layout(3), (schema, exit, portions, before) -> false);

  @Test
  void answersWhenTheFirstPortionOfEveryPartitionIsThere() {
    assertNone(core.frame(frame("f"), 0));
    assertNone(core.portion(portion("f", 0, "a"), 1));
    assertNone(core.portion(portion("f", 1, "b"), 2));
    FrameDecision decision = only(core.portion(portion("f", 2, "c"), 3));
    assertEquals(Outcome.OK, decision.status());
    assertEquals(List.of("a", "b", "c"), agents(decision));
  }

  @Test
  void takesTheFirstOfSeveralReplicas() {
    core.frame(frame("f"), 0);
    core.portion(portion("f", 0, "fast"), 1);
    core.portion(portion("f", 0, "slow"), 2);
    core.portion(portion("f", 1, "b"), 3);
    assertEquals(List.of("fast", "b", "c"), agents(only(core.portion(portion("f", 2, "c"), 4))));
  }

  @Test
  void answersWhenOneReplicaCrashesMidFrame() {
    core.frame(frame("f"), 0);
    core.portion(portion("f", 1, "b"), 1);
    core.portion(portion("f", 2, "c"), 2);
    // The other member of partition 0's group answers, later than the dead one would have.
    assertEquals(Outcome.OK, only(core.portion(portion("f", 0, "a2"), 90 * MS)).status());
  }

  @Test
  void ignoresReplicasAfterTheAnswer() {
    answer("f");
    assertNone(core.portion(portion("f", 0, "late"), 4));
    assertEquals(1, Points.counted(core).late());
  }

  @Test
  void answersDegradedAtTheDeadlineWithWhatThereIs() {
    core.frame(frame("f"), 0);
    core.portion(portion("f", 1, "b"), 1);
    assertNone(core.expire(DEADLINE_MS * MS - 1));
    FrameDecision decision = only(core.expire(DEADLINE_MS * MS));
    assertEquals(Outcome.DEGRADED, decision.status());
    assertEquals(1, decision.have());
  }

  @Test
  void expiresWithoutAnyPortion() {
    core.frame(frame("f"), 0);
    FrameDecision decision = only(core.expire(DEADLINE_MS * MS));
    assertEquals(Outcome.EXPIRED, decision.status());
    assertEquals("no portion within 100 ms", decision.reason());
  }

  @Test
  void doesNotWaitForPartitionsThatNobodyComputes() {
    core.assign(role(3, List.of(0, 2), 5), layout(3));
    core.frame(frame("f"), 0);
    core.portion(portion("f", 0, "a"), 1);
    FrameDecision decision = only(core.portion(portion("f", 2, "c"), 2));
    assertEquals(Outcome.DEGRADED, decision.status());
  }

  @Test
  void saysSoWhenNobodyComputesAnything() {
    core.assign(role(3, List.of(), 5), layout(3));
    core.frame(frame("f"), 0);
    assertEquals("no board computes any partition", only(core.expire(DEADLINE_MS * MS)).reason());
  }

  @Test
  void acceptsPortionsThatOvertakeTheirFrame() {
    core.portion(portion("f", 0, "a"), 0);
    core.portion(portion("f", 1, "b"), 1);
    core.portion(portion("f", 2, "c"), 2);
    assertEquals(Outcome.OK, only(core.frame(frame("f"), 3)).status());
  }

  @Test
  void forgetsPortionsWhoseFrameNeverComes() {
    core.portion(portion("f", 0, "a"), 0);
    assertNone(core.expire(DEADLINE_MS * MS));
    assertEquals(OptionalLong.empty(), core.nextDeadlineNs());
  }

  @Test
  void fencesPortionsOfAnOlderEpoch() {
    core.frame(frame("f"), 0);
    core.portion(portion("f", 0, "old", 4), 1);
    assertEquals(1, Points.counted(core).fenced());
    core.portion(portion("f", 0, "new", 5), 2);
    core.portion(portion("f", 1, "b"), 3);
    assertEquals("new", agents(only(core.portion(portion("f", 2, "c"), 4))).get(0));
  }

  @Test
  void acceptsPortionsOfANewerEpochThanItsOwn() {
    core.frame(frame("f"), 0);
    core.portion(portion("f", 0, "a", 9), 1);
    core.portion(portion("f", 1, "b", 9), 2);
    assertEquals(Outcome.OK, only(core.portion(portion("f", 2, "c", 9), 3)).status());
  }

  @Test
  void answersFramesInFlightInTheSchemaBeforeAReplanWithAnotherK() {
    core.frame(frame("f"), 0);
    core.portion(portion("f", 0, "a"), 1);
    core.assign(role(2, List.of(0, 1), 6), layout(2));
    core.portion(portion("f", 1, "b"), 2);
    FrameDecision decision = only(core.portion(portion("f", 2, "c"), 3));
    assertEquals(Outcome.OK, decision.status());
    assertEquals(3, decision.portions().size());
  }

  @Test
  void neverMixesPortionsOfDifferentSchemas() {
    core.assign(role(2, List.of(0, 1), 6), layout(2));
    core.frame(frame("f"), 0);
    core.portion(portion("f", 0, "a"), 1);
    assertNone(core.portion(portionOf(2, "f", 1, "b", 6), 2));
    assertEquals(Outcome.OK, only(core.portion(portionOf(2, "f", 0, "a", 6), 3)).status());
  }

  @Test
  void ignoresGarbage() {
    core.frame(frame("f"), 0);
    float[] nan = {Float.NaN, 0};
    core.portion(new Portion(key("f"), BUNDLE, 3, 0, 5, "bad", nan, ""), 1);
    core.portion(new Portion(key("f"), BUNDLE, 3, 0, 5, "short", new float[1], ""), 2);
    assertEquals(Map.of("bad", 1L, "short", 1L), Points.counted(core).garbageOf());
    core.portion(portion("f", 0, "good"), 3);
    core.portion(portion("f", 1, "b"), 4);
    assertEquals("good", agents(only(core.portion(portion("f", 2, "c"), 5))).get(0));
  }

  @Test
  void rejectsAFrameThatABoardCannotRead() {
    core.frame(frame("f"), 0);
    FrameDecision decision = only(core.portion(rejection("f", "no picture"), 1));
    assertEquals(Outcome.REJECTED, decision.status());
    assertEquals("no picture", decision.reason());
    assertNone(core.portion(rejection("f", "no picture"), 2));
  }

  @Test
  void rejectsAlsoWhereTheRejectionOvertakesTheFrame() {
    assertNone(core.portion(rejection("f", "no picture"), 0));
    assertEquals(Outcome.REJECTED, only(core.frame(frame("f"), 1)).status());
  }

  @Test
  void believesAPortionMoreThanARejection() {
    core.frame(frame("f"), 0);
    core.portion(portion("f", 0, "a"), 1);
    assertNone(core.portion(rejection("f", "my decoder is broken"), 2));
    core.portion(portion("f", 1, "b"), 3);
    assertEquals(Outcome.OK, only(core.portion(portion("f", 2, "c"), 4)).status());
  }

  @Test
  void rejectsEmptyAndOversizedPayloadsAtOnce() {
    assertEquals("payload is empty", only(core.frame(frame("e", 0, 0), 0)).reason());
    FrameDecision decision = only(core.frame(frame("l", 50 << 20, 0), 0));
    assertEquals("payload of 52428800 bytes is larger than 8388608", decision.reason());
  }

  @Test
  void toleratesDuplicateDelivery() {
    core.frame(frame("f"), 0);
    assertNone(core.frame(frame("f"), 1));
    answer("f");
    assertNone(core.frame(frame("f"), 50 * MS));
    assertEquals(3, Points.counted(core).repeats());
  }

  @Test
  void refusesAnotherFrameUnderUsedCorrelationData() {
    answer("f");
    FrameDecision decision = only(core.frame(frame("f", 10, 99), 50 * MS));
    assertEquals(Outcome.REJECTED, decision.status());
    assertTrue(decision.reason().startsWith("correlation data was used"), decision.reason());
  }

  @Test
  void takesUsedCorrelationDataAgainAfterTheWindow() {
    answer("f");
    assertNone(core.frame(frame("f", 10, 99), AnsweredFrames.WINDOW_NS + 10));
    assertEquals(Outcome.OK, answer("f").status());
  }

  @Test
  void answersTheSamePictureOfA311PublisherAgain() {
    assertEquals(Outcome.OK, answer("h:1").status());
    assertEquals(Outcome.OK, answer("h:1").status());
  }

  @Test
  void refusesFramesBeyondItsBound() {
    for (int i = 0; i < FuserCore.MAX_OPEN; i++) {
      assertNone(core.frame(frame("f" + i), 0));
    }
    FrameDecision decision = only(core.frame(frame("one-more"), 0));
    assertEquals(Outcome.REJECTED, decision.status());
    assertTrue(decision.reason().startsWith("busy"), decision.reason());
  }

  /** One board alone can send those. */
  @Test
  void portionsOfFramesThatDoNotExistKeepNoFrameOut() {
    core.portion(portion("first", 0, "a"), 0);
    for (int i = 0; i < 2 * FuserCore.MAX_OPEN; i++) {
      assertNone(core.portion(portion("made-up" + i, 0, "a"), 0));
    }
    assertNone(core.frame(frame("f"), 1));
    core.portion(portion("f", 0, "a"), 2);
    core.portion(portion("f", 1, "b"), 3);
    assertEquals(Outcome.OK, only(core.portion(portion("f", 2, "c"), 4)).status());
    assertEquals(2 * FuserCore.MAX_OPEN + 1 - FuserCore.MAX_EARLY, Points.counted(core).late());
    assertNone(core.expire(DEADLINE_MS * MS));
    assertEquals(OptionalLong.empty(), core.nextDeadlineNs());
  }

  @Test
  void namesTheEarliestDeadline() {
    core.frame(frame("f"), 10);
    core.frame(frame("g"), 20);
    assertEquals(OptionalLong.of(10 + DEADLINE_MS * MS), core.nextDeadlineNs());
  }

  /** Whatever arrives in whatever order: every frame that arrived gets exactly one decision. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void givesEveryFrameExactlyOneDecision(long seed) {
    Random random = new Random(seed);
    Map<String, Integer> verdicts = new HashMap<>();
    List<String> arrived = new ArrayList<>();
    long now = 0;
    for (int step = 0; step < 3_000; step++) {
      now += random.nextInt(2_000_000);
      String id = "f" + (step / 12 - random.nextInt(3));
      List<FusionEffect> news = new ArrayList<>();
      switch (random.nextInt(8)) {
        case 0 -> {
          arrived.add(id);
          news.addAll(core.frame(frame(id), now));
        }
        case 1 -> news.addAll(core.expire(now));
        case 2 -> core.assign(role(2 + random.nextInt(2), List.of(0, 1), 5), layoutAt(random));
        case 3 -> news.addAll(core.portion(portionOf(2, id, random.nextInt(2), "x", 6), now));
        default -> news.addAll(core.portion(portion(id, random.nextInt(3), "y"), now));
      }
      news.forEach(effect -> verdicts.merge(frameOf(effect), 1, Integer::sum));
    }
    core.expire(now + 10 * DEADLINE_MS * MS)
        .forEach(effect -> verdicts.merge(frameOf(effect), 1, Integer::sum));
    for (String id : arrived) {
      assertEquals(1, verdicts.get(id), "seed " + seed + " frame " + id);
    }
  }

  @Test
  void whatAnotherFuserAnsweredIsForgotten() {
    core.assign(standby(), layout(3));
    core.frame(frame("f"), 0);
    core.portion(portion("f", 0, "a"), 1);
    core.answeredElsewhere(key("f"), 2);
    assertNone(core.portion(portion("f", 1, "b"), 3));
    assertNone(core.expire(2 * DEADLINE_MS * MS));
    assertNone(core.frame(frame("f"), 4));
    assertEquals(OptionalLong.empty(), core.nextDeadlineNs());
  }

  @Test
  void aResultMayOvertakeItsFrame() {
    core.assign(standby(), layout(3));
    core.portion(portion("f", 0, "a"), 1);
    core.answeredElsewhere(key("f"), 2);
    assertNone(core.frame(frame("f"), 3));
    assertNone(core.expire(2 * DEADLINE_MS * MS));
  }

  @Test
  void anotherFramesRejectionIsNoResultOfTheFirst() {
    core.assign(standby(), layout(3));
    core.frame(frame("f"), 0);
    assertNone(core.frame(frame("f", 10, 2), 1));
    core.answeredElsewhere(key("f"), 2);
    core.portion(portion("f", 0, "a"), 3);
    core.portion(portion("f", 1, "b"), 4);
    assertEquals(Outcome.OK, only(core.portion(portion("f", 2, "c"), 5)).status());
  }

  @Test
  void theFirstResultOfAPrimaryDoesNotEndItsSecondFrameOfThatIdentity() {
    FrameKey same = new FrameKey("cam", "h:1");
    FrameArrival picture = new FrameArrival(same, "", new byte[0], 10, 1);
    core.frame(picture, 0);
    assertEquals(1, core.expire(DEADLINE_MS * MS).size());
    core.frame(picture, 2 * DEADLINE_MS * MS);
    core.answeredElsewhere(same, 2 * DEADLINE_MS * MS + 1);
    assertEquals(1, core.expire(4 * DEADLINE_MS * MS).size());
  }

  private static FuserRole standby() {
    List<Integer> covered = List.of(0, 1, 2);
    return new FuserRole("d", BUNDLE, null, 3, covered, DEADLINE_MS, 5, null, true, 100);
  }

  private static PortionSchema layoutAt(Random random) {
    return layout(2 + random.nextInt(2));
  }

  private FrameDecision answer(String id) {
    core.frame(frame(id), 0);
    core.portion(portion(id, 0, "a"), 1);
    core.portion(portion(id, 1, "b"), 2);
    return only(core.portion(portion(id, 2, "c"), 3));
  }

  private static FuserRole role(int k, List<Integer> covered, long acceptFrom) {
    return new FuserRole("d", BUNDLE, k, covered, DEADLINE_MS, acceptFrom);
  }

  private static PortionSchema layout(int k) {
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      sizes.add(SIZES[i]);
    }
    return new PortionSchema(new PortionSchema.FusionKey(BUNDLE, Strategy.ROCOIN, k), sizes, 1);
  }

  private static FrameKey key(String id) {
    return new FrameKey("cam", id);
  }

  private static FrameArrival frame(String id) {
    return frame(id, 10, 1);
  }

  private static FrameArrival frame(String id, int bytes, long checksum) {
    return new FrameArrival(key(id), "", new byte[0], bytes, checksum);
  }

  private static Portion portion(String id, int partition, String agent) {
    return portion(id, partition, agent, 5);
  }

  private static Portion portion(String id, int partition, String agent, long epoch) {
    return portionOf(3, id, partition, agent, epoch);
  }

  private static Portion portionOf(int k, String id, int partition, String agent, long epoch) {
    return new Portion(
        key(id), BUNDLE, k, partition, epoch, agent, new float[SIZES[partition]], "");
  }

  private static Portion rejection(String id, String reason) {
    return new Portion(key(id), BUNDLE, 3, 0, 5, "a", new float[0], reason);
  }

  private static List<String> agents(FrameDecision decision) {
    return decision.portions().stream().map(p -> p.map(Portion::agent).orElse("")).toList();
  }

  private static void assertNone(List<FusionEffect> effects) {
    assertEquals(List.of(), effects);
  }

  /** With one exit there is nothing to tell the boards. */
  private static FrameDecision only(List<FusionEffect> effects) {
    assertEquals(1, effects.size());
    return assertInstanceOf(FrameDecision.class, effects.get(0));
  }

  private static String frameOf(FusionEffect effect) {
    return assertInstanceOf(FrameDecision.class, effect).frame().key().frame();
  }
}
