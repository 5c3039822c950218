package io.coterie.agent.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.inference.Softmax;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.PipelineRule.Queues;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
  private static final Queues QUEUES = Queues.STANDARD;
  private static final Band BAND = new Band(10, 30);
  private static final long MS = Pipelines.MS;
  private static final double TINY = 1e-9;

  @Test
  void bandIsTheRulesWhereFramesHaveTime() {
    assertEquals(BAND, Band.of(QUEUES, 0, 1000));
    assertEquals(BAND, Band.of(QUEUES, 100, 1000));
  }

  @Test
  void bandIsNarrowWhereFramesWouldWaitForTooLong() {
    // A quarter of a second's frames, not 20, are in the middle.
    Band band = Band.of(QUEUES, 40, 1000);
    assertEquals(5, band.low(), TINY);
    assertEquals(15, band.high(), TINY);
    assertEquals(new Band(2, 4), Band.of(QUEUES, 1, 1000));
  }

  @Test
  void rateFallsAcrossTheBandAndBeyond() {
    assertEquals(1.2, AdmittedRate.part(QUEUES, BAND, 9), TINY);
    assertEquals(1.1, AdmittedRate.part(QUEUES, BAND, 10), TINY);
    assertEquals(1, AdmittedRate.part(QUEUES, BAND, 20), TINY);
    assertEquals(0.9, AdmittedRate.part(QUEUES, BAND, 30), TINY);
    assertEquals(0.6, AdmittedRate.part(QUEUES, BAND, 40), TINY);
    assertEquals(0, AdmittedRate.part(QUEUES, BAND, 100), TINY);
  }

  @Test
  void everyFrameIsAdmittedWhileTheQueuesAreShort() {
    AdmittedRate rate = new AdmittedRate(QUEUES);
    for (int i = 0; i < 1000; i++) {
      assertEquals(OptionalLong.empty(), rate.take(BAND, 1, 9, 0));
    }
  }

  @Test
  void admitsTheRateInTheBandAndSaysWhenTheNextFrameFits() {
    AdmittedRate rate = new AdmittedRate(QUEUES);
    int burst = 0;
    while (rate.take(BAND, 10, 20, 0).isEmpty()) {
      burst++;
    }
    assertEquals(10, burst);
    assertEquals(OptionalLong.of(50), rate.take(BAND, 10, 20, 50 * MS));
    assertEquals(OptionalLong.empty(), rate.take(BAND, 10, 20, 101 * MS));
  }

  @Test
  void admitsUpToTheBandsEndWhereNothingWasMeasured() {
    AdmittedRate rate = new AdmittedRate(QUEUES);
    for (int i = 0; i < 100; i++) {
      assertEquals(OptionalLong.empty(), rate.take(BAND, 0, 30, 0));
    }
    assertEquals(OptionalLong.of(500), rate.take(BAND, 0, 31, 0));
    assertEquals(0, rate.perSecond(BAND, 0, 31));
  }

  @Test
  void throughputIsMeasuredOnlyWhileThereIsEnoughToDo() {
    Throughput throughput = new Throughput(0);
    throughput.observe(false, 0);
    throughput.completed();
    throughput.sample(1000 * MS);
    assertEquals(0, throughput.perSecond());
    throughput.observe(true, 1000 * MS);
    for (int i = 0; i < 50; i++) {
      throughput.completed();
    }
    throughput.observe(false, 1500 * MS);
    throughput.sample(9000 * MS);
    assertEquals(100, throughput.perSecond(), TINY);
  }

  @Test
  void throughputFollowsWhatIsMeasured() {
    Throughput throughput = new Throughput(100);
    throughput.observe(true, 0);
    for (int period = 1; period <= 20; period++) {
      for (int i = 0; i < 25; i++) {
        throughput.completed();
      }
      throughput.sample(period * 500L * MS);
    }
    assertEquals(50, throughput.perSecond(), 0.1);
  }

  @Test
  void upperThresholdIsTheCheapestWithinTheBudget() {
    // The accuracy falls by 0.01 with every 0.1.
    ExitCurve curve = ExitCurve.of(Pipelines.of(4, 8, 8), Pipelines.within(0.03));
    assertEquals(0.3, curve.upper(), TINY);
    assertEquals(Pipelines.computation(0.3, 4, 8, 8), curve.least(), TINY);
    assertEquals(0, ExitCurve.of(Pipelines.of(4, 8, 8), Pipelines.within(0)).upper());
  }

  @Test
  void curveTurnsThresholdsIntoComputationAndBack() {
    ExitCurve curve = ExitCurve.of(Pipelines.of(4, 8, 8), Pipelines.fixed(0.45));
    assertEquals(0.45, curve.upper(), TINY);
    assertEquals(1, curve.computationAt(0));
    assertEquals(0, curve.thresholdAt(1));
    assertEquals(0.45, curve.thresholdAt(0));
    for (double threshold = 0; threshold <= 0.45; threshold += 0.05) {
      assertEquals(threshold, curve.thresholdAt(curve.computationAt(threshold)), TINY);
    }
  }

  @Test
  void curveReachesTheLargestThresholdWithoutAPointThere() {
    ExitCurve curve = ExitCurve.of(Pipelines.of(4, 8, 8), Pipelines.fixed(1));
    assertEquals(1, curve.upper());
    assertEquals(0.2, curve.least(), TINY);
  }

  @Test
  void nothingLeavesEarlyWhereTheBundleSaysNothingOfThePolicy() {
    ExitRule rule = new ExitRule(ExitPolicy.ENTROPY, null, 0.5, null, null);
    assertEquals(0, ExitCurve.of(Pipelines.of(4, 8, 8), rule).upper());
    ExitRule comparing = new ExitRule(null, null, 0.5, null, null);
    assertEquals(0, ExitCurve.of(Pipelines.of(4, 8, 8), comparing).upper());
  }

  @Test
  void thresholdStaysWithinItsRange() {
    ExitCurve curve = ExitCurve.of(Pipelines.of(4, 8, 8), Pipelines.fixed(0.4));
    AdmittedThreshold threshold = new AdmittedThreshold(curve, 0.4);
    assertEquals(0.4, threshold.threshold(), TINY);
    for (int i = 0; i < 20; i++) {
      threshold.adapt(QUEUES, BAND, 100, 50, 20, 0.5);
    }
    assertEquals(0.4, threshold.threshold(), TINY);
    for (int i = 0; i < 20; i++) {
      threshold.adapt(QUEUES, BAND, 0, 20, 20, 0.5);
    }
    assertEquals(0, threshold.threshold(), TINY);
  }

  @Test
  void shortQueuesNeverMakeFramesLeaveEarlier() {
    ExitCurve curve = ExitCurve.of(Pipelines.of(4, 8, 8), Pipelines.fixed(0.4));
    AdmittedThreshold threshold = new AdmittedThreshold(curve, 0.2);
    threshold.adapt(QUEUES, BAND, 5, 100, 10, 0.5);
    assertTrue(threshold.threshold() <= 0.2);
  }

  @Test
  void moreAdmittedThanCompletedIsCorrectedAtOnce() {
    assertEquals(0, AdmittedThreshold.balance(100, 100), TINY);
    assertEquals(Math.log(0.8), AdmittedThreshold.balance(1000, 800), 0.05);
    assertEquals(0.5 * Math.log(0.8), AdmittedThreshold.balance(10, 8), 0.04);
    assertEquals(0, AdmittedThreshold.balance(10, 0));
  }

  @Test
  void largestThresholdLetsEverythingLeave() {
    double[] even = {0.5, 0.5};
    assertTrue(WorkerCore.leaves(ExitPolicy.MAX_SOFTMAX, even, 1));
    assertTrue(WorkerCore.leaves(ExitPolicy.ENTROPY, even, 1));
    assertTrue(WorkerCore.leaves(ExitPolicy.MAX_SOFTMAX, new double[] {1e-300, 1e-300}, 1));
  }

  @Test
  void threshold0LetsNothingLeave() {
    double[] sure = {1, 0};
    assertFalse(WorkerCore.leaves(ExitPolicy.MAX_SOFTMAX, sure, 0));
    assertFalse(WorkerCore.leaves(ExitPolicy.ENTROPY, sure, 0));
    assertTrue(WorkerCore.leaves(ExitPolicy.MAX_SOFTMAX, sure, 0.01));
  }

  @Test
  void policiesThatCompareExitsLetNothingLeave() {
    assertFalse(WorkerCore.leaves(ExitPolicy.FEATURE_DIFFERENCE, new double[] {1, 0}, 2));
  }

  @Test
  void logitsThatAreNoNumbersGiveNoProbabilities() {
    assertTrue(Softmax.of(new float[] {1, Float.NaN}).isEmpty());
    assertTrue(Softmax.of(new float[] {Float.POSITIVE_INFINITY}).isEmpty());
    assertTrue(Softmax.of(new float[0]).isEmpty());
    assertEquals(0.5, Softmax.of(new float[] {1e30f, 1e30f}).get()[0], TINY);
  }
}
