package io.coterie.agent.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A fuser and its standby: every frame gets exactly one result, whichever is lost or frozen. */
final class FusersSimulationTest {
  private static final double EVERY_MS = 25;
  private static final double END_MS = 10_000;
  private static final double SHORT_FREEZE_MS = 400;
  private static final double IN_TIME_MS =
      SimulatedFusers.DEADLINE_MS + 1.5 * SimulatedFusers.HEDGE_MS + 1;

  /** What happened over all seeds: a simulation in which nothing happens shows nothing. */
  private static final class Tally {
    private long frames;
    private long late;
    private long byStandby;
    private long crashes;
    private long freezes;
  }

  @Test
  void answersEveryFrameOnceWhoeverCrashesOrFreezes() {
    Tally tally = new Tally();
    long seeds = Long.getLong("coterie.seeds", 500);
    for (long seed = 0; seed < seeds; seed++) {
      run(seed, tally);
    }
    assertTrue(tally.crashes > seeds / 2 && tally.freezes > seeds / 2, "nothing happened");
    // Only where one is frozen whose standby was lost a moment ago.
    assertTrue(tally.late < 0.002 * tally.frames, tally.late + " late of " + tally.frames);
    assertTrue(tally.byStandby > 5 * seeds, "standbys answered " + tally.byStandby);
  }

  private static void run(long seed, Tally tally) {
    SimulatedFusers sim = new SimulatedFusers(seed);
    List<FrameKey> frames = new ArrayList<>();
    for (double ms = 200; ms < END_MS; ms += EVERY_MS * (0.5 + sim.random().nextDouble())) {
      sim.at(ms, () -> frames.add(sim.publish()));
    }
    // One fault at a time, with time enough to be noticed.
    for (double ms = 300; ms < END_MS; ms += 1_000 + 1_000 * sim.random().nextDouble()) {
      sim.at(ms, () -> fault(sim, tally));
    }
    sim.runTo(END_MS + 10_000);
    for (FrameKey key : frames) {
      List<SimulatedFusers.Response> responses = sim.responses().getOrDefault(key, List.of());
      assertEquals(1, responses.size(), () -> "seed=" + seed + " " + key + " " + responses);
      Verdict verdict = responses.get(0).verdict();
      double tookMs = responses.get(0).atMs() - verdict.openedNs() / 1e6;
      tally.late += tookMs > IN_TIME_MS ? 1 : 0;
      assertTrue(verdict.status() != Outcome.EXPIRED, () -> "seed=" + seed + " " + responses);
      tally.frames++;
      tally.byStandby += responses.get(0).by() != 0 ? 1 : 0;
    }
  }

  private static void fault(SimulatedFusers sim, Tally tally) {
    if (!sim.bothServe()) {
      return;
    }
    int victim = sim.random().nextInt(3) > 0 ? sim.primary() : 1 - sim.primary();
    if (sim.random().nextBoolean()) {
      tally.crashes++;
      sim.crash(victim);
    } else {
      tally.freezes++;
      boolean isLong = sim.random().nextInt(4) == 0;
      sim.freeze(victim, (isLong ? 5_000 : SHORT_FREEZE_MS) * sim.random().nextDouble());
    }
  }
}
