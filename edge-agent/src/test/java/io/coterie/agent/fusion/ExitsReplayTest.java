package io.coterie.agent.fusion;

import static io.coterie.agent.fusion.FusionExitsTest.DEADLINE_MS;
import static io.coterie.agent.fusion.FusionExitsTest.EXITS;
import static io.coterie.agent.fusion.FusionExitsTest.MS;
import static io.coterie.agent.fusion.FusionExitsTest.frame;
import static io.coterie.agent.fusion.FusionExitsTest.layout;
import static io.coterie.agent.fusion.FusionExitsTest.portion;
import static io.coterie.agent.fusion.FusionExitsTest.rocoin;
import static io.coterie.agent.fusion.FusionExitsTest.role;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FrameKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the fuser promises with several exits, in any order of events. */
final class ExitsReplayTest {
  /** Whatever arrives in whatever order, and gets lost. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void keepsItsPromisesInEveryOrder(long seed) {
    Random random = new Random(seed);
    FuserCore core =
        Points.core(
            role(random.nextBoolean() ? ExitRule.Mode.WAIT : ExitRule.Mode.CONTINUE, List.of(0, 1)),
            layout(Strategy.DISTREE, EXITS),
            (schema, exit, portions, before) -> random.nextInt(3) == 0);
    Promises promises = new Promises(seed);
    long now = 0;
    for (int step = 0; step < 4_000; step++) {
      now += random.nextInt(2_000_000);
      String id = "f" + (step / 14 - random.nextInt(3));
      promises.check(something(core, random, id, now, promises.arrived));
    }
    promises.check(core.expire(now + 10 * DEADLINE_MS * MS));
    promises.checkAllAnswered();
  }

  private static List<FusionEffect> something(
      FuserCore core, Random random, String id, long now, Set<String> arrived) {
    switch (random.nextInt(16)) {
      case 0, 1 -> {
        arrived.add(id);
        return core.frame(frame(id), now);
      }
      case 2 -> {
        return core.expire(now);
      }
      case 3 -> {
        return core.portion(portion(Strategy.ROCOIN, id, 1, 0), now);
      }
      case 4 -> {
        boolean exits = random.nextBoolean();
        core.assign(
            exits ? role(ExitRule.Mode.CONTINUE, List.of(0, 1)) : rocoin(),
            exits ? layout(Strategy.DISTREE, EXITS) : layout(Strategy.ROCOIN, 1));
        return List.of();
      }
      default -> {
        int exit = 1 + random.nextInt(EXITS);
        return core.portion(portion(Strategy.DISTREE, id, exit, random.nextInt(2)), now);
      }
    }
  }

  /** Every frame exactly one decision; a stop exactly before an answer that is not the last's. */
  private static final class Promises {
    private final long seed;
    private final Set<String> arrived = new HashSet<>();
    private final Map<String, Integer> verdicts = new HashMap<>();

    Promises(long seed) {
      this.seed = seed;
    }

    void check(List<FusionEffect> effects) {
      Optional<Control> stop = Optional.empty();
      for (FusionEffect effect : effects) {
        if (effect instanceof FrameDecision decision) {
          check(decision, stop);
          stop = Optional.empty();
        } else if (effect instanceof FusionEffect.SendControl send
            && send.control().command() == Control.Command.STOP) {
          assertEquals(Optional.empty(), stop, this::toString);
          stop = Optional.of(send.control());
        }
      }
      assertEquals(Optional.empty(), stop, this::toString);
    }

    private void check(FrameDecision decision, Optional<Control> stop) {
      FrameKey key = decision.frame().key();
      verdicts.merge(key.frame(), 1, Integer::sum);
      assertEquals(decision.leavesEarly(), stop.isPresent(), this::toString);
      stop.ifPresent(control -> assertEquals(key, control.key(), this::toString));
      decision
          .schema()
          .ifPresent(
              schema ->
                  decision.portions().stream()
                      .flatMap(Optional::stream)
                      .forEach(
                          p ->
                              assertEquals(
                                  schema.id(), PortionSchema.FusionKey.of(p), this::toString)));
    }

    void checkAllAnswered() {
      for (String id : arrived) {
        assertEquals(1, verdicts.get(id), () -> this + " frame " + id);
      }
    }

    @Override
    public String toString() {
      return "seed " + seed;
    }
  }
}
