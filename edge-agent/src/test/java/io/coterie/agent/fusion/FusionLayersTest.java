package io.coterie.agent.fusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.TinyBundle;
import io.coterie.inference.ModelException;
import io.coterie.inference.OnnxEngine;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.message.Result;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FusionLayersTest {
  private static final TinyBundle BUNDLE = new TinyBundle();
  private static final List<Optional<Portion>> NOTHING =
      List.of(Optional.empty(), Optional.empty());

  private final OnnxEngine engine = new OnnxEngine("test");
  private FusionLayers layers;

  @BeforeEach
  void load() throws Exception {
    Partitioning partitioning = BUNDLE.manifest().partitioning(Strategy.DISTREE, 2).orElseThrow();
    layers = new FusionLayers(BUNDLE.manifest(), partitioning, BUNDLE.content()::get, engine);
  }

  @AfterEach
  void close() {
    layers.close();
    engine.close();
  }

  @Test
  void namesTheMostProbableFirst() throws Exception {
    List<Result.Top> top = layers.fuse(1, portions(0, 2, 5, 5));
    assertEquals("yes", top.get(0).label());
    assertEquals(1 / (1 + Math.exp(-2)), top.get(0).confidence(), 1e-6);
    assertEquals(2, top.size());
    assertEquals(1, layers.indexOf("yes"));
  }

  @Test
  void putsTheMeanInThePlaceOfWhatIsMissing() throws Exception {
    assertEquals(0.5, layers.fuse(2, NOTHING).get(0).confidence(), 1e-6);
  }

  @Test
  void leavesWhereTheProbabilityIsHighEnough() throws Exception {
    double score = 1 - 1 / (1 + Math.exp(-2));
    List<Optional<Portion>> portions = portions(0, 2, 0, 0);
    assertTrue(layers.leaves(ExitPolicy.MAX_SOFTMAX, score + 1e-6, 1, portions, NOTHING));
    assertFalse(layers.leaves(ExitPolicy.MAX_SOFTMAX, score - 1e-6, 1, portions, NOTHING));
  }

  @Test
  void leavesWhereTheFeaturesHardlyChanged() throws Exception {
    List<Optional<Portion>> before = portions(1, 0, 0, 0);
    List<Optional<Portion>> now = portions(1, 1, 0, 0);
    double score = Math.sqrt(2 - Math.sqrt(2));
    assertTrue(layers.leaves(ExitPolicy.FEATURE_DIFFERENCE, score + 1e-6, 2, now, before));
    assertFalse(layers.leaves(ExitPolicy.FEATURE_DIFFERENCE, score - 1e-6, 2, now, before));
  }

  @ParameterizedTest
  @EnumSource(ExitPolicy.class)
  void whatComparesExitsNeverLeavesAtTheFirstAndNothingAtThresholdZero(ExitPolicy policy)
      throws Exception {
    List<Optional<Portion>> sure = portions(0, 50, 0, 0);
    double all = policy.largestThreshold();
    assertEquals(!policy.comparesExits(), layers.leaves(policy, all, 1, sure, NOTHING));
    assertTrue(layers.leaves(policy, all, 2, sure, sure));
    assertFalse(layers.leaves(policy, 0, 2, sure, sure));
  }

  @Test
  void refusesLogitsThatAreNoNumbers() {
    float infinite = Float.MAX_VALUE;
    assertThrows(
        ModelException.class,
        () -> FusionLayer.softmax(FloatBuffer.wrap(new float[] {1, Float.NaN})));
    assertThrows(
        ModelException.class,
        () -> FusionLayer.softmax(FloatBuffer.wrap(new float[] {2 * infinite, 1})));
  }

  @Test
  void softmaxDoesNotOverflow() throws Exception {
    double[] probabilities = FusionLayer.softmax(FloatBuffer.wrap(new float[] {1e30f, 1e30f}));
    assertArrayEquals(new double[] {0.5, 0.5}, probabilities);
  }

  private static List<Optional<Portion>> portions(float... values) {
    return List.of(
        Optional.of(portion(0, values[0], values[1])),
        Optional.of(portion(1, values[2], values[3])));
  }

  private static Portion portion(int partition, float... values) {
    FrameKey key = new FrameKey("cam", "f");
    return new Portion(key, BUNDLE.digest(), Strategy.DISTREE, 2, partition, 1, 1, "a", values, "");
  }
}
