package io.coterie.agent.fusion;

import io.coterie.inference.Engine;
import io.coterie.inference.ModelException;
import io.coterie.protocol.arrival.ResultSender;
import io.coterie.protocol.bundle.Exit;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitPolicy.Evidence;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.message.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The fusion layers of one partitioning, one for each exit.
 *
 * <p>Not thread-safe.
 */
public final class FusionLayers implements AutoCloseable {
  private static final float[] NOTHING = {};
  private static final double[] NOT_NEEDED = {};

  private final List<String> labels;
  private final List<FusionLayer> layers = new ArrayList<>();

  /**
   * Loads all layers.
   *
   * @param models the bytes of a file by its digest
   * @param engine loads the graphs
   * @throws ModelException if one cannot be loaded; then none is
   */
  public FusionLayers(
      Manifest manifest, Partitioning partitioning, Function<String, byte[]> models, Engine engine)
      throws ModelException {
    labels = manifest.labels();
    try {
      for (Exit exit : partitioning.exits()) {
        byte[] onnx = models.apply(exit.fusion().sha256());
        layers.add(new FusionLayer(partitioning, exit, labels.size(), onnx, engine));
      }
    } catch (ModelException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * The labels by falling probability.
   *
   * @param exit from 1
   * @param portions in partition order
   * @throws ModelException if the layer fails, or gives no numbers
   */
  public List<Result.Top> fuse(int exit, List<Optional<Portion>> portions) throws ModelException {
    FusionLayer layer = layers.get(exit - 1);
    return ResultSender.top(labels, layer.probabilities(layer.features(portions)));
  }

  /**
   * Whether a frame leaves.
   *
   * @param exit from 1
   * @param before portions at the exit before
   * @throws ModelException if the layer fails, or gives no numbers
   */
  boolean leaves(
      ExitPolicy policy,
      double threshold,
      int exit,
      List<Optional<Portion>> portions,
      List<Optional<Portion>> before)
      throws ModelException {
    if (threshold == 0 || exit < policy.earliestExit()) {
      return false;
    }
    FusionLayer layer = layers.get(exit - 1);
    float[] features = layer.features(portions);
    return policy.leaves(
        new Evidence(
            features,
            layer.mean(),
            exit == 1 ? NOTHING : layers.get(exit - 2).features(before),
            exit == 1 ? NOTHING : layers.get(exit - 2).mean(),
            policy.comparesExits() ? NOT_NEEDED : layer.probabilities(features)),
        threshold);
  }

  int indexOf(String label) {
    return labels.indexOf(label);
  }

  @Override
  public void close() {
    layers.forEach(FusionLayer::close);
  }
}
