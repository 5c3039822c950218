package io.coterie.agent.fusion;

import io.coterie.inference.Engine;
import io.coterie.inference.Graph;
import io.coterie.inference.ModelException;
import io.coterie.inference.Softmax;
import io.coterie.protocol.bundle.Exit;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.message.Portion;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One exit's fusion layer, loaded. Missing portions are replaced by their training mean.
 *
 * <p>Not thread-safe.
 */
final class FusionLayer implements AutoCloseable {
  private final Partitioning partitioning;
  private final float[] mean;
  private final Graph model;

  /**
   * Loads the layer.
   *
   * @param exit of the partitioning
   * @param labels how many there are
   * @param engine loads the graph
   * @throws ModelException if the file is no such layer
   */
  FusionLayer(Partitioning partitioning, Exit exit, int labels, byte[] onnx, Engine engine)
      throws ModelException {
    this.partitioning = partitioning;
    mean = new float[exit.mean().size()];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = exit.mean().get(i);
    }
    model =
        engine.load(
            onnx,
            exit.fusion().path(),
            new long[] {1, partitioning.featureSize()},
            List.of(new long[] {1, labels}),
            1);
  }

  /** The training mean of all portions, in partition order; not a copy. */
  float[] mean() {
    return mean;
  }

  /** All values in partition order, with the training mean where a portion is missing. */
  float[] features(List<Optional<Portion>> portions) {
    float[] features = mean.clone();
    int at = 0;
    for (int k = 0; k < partitioning.k(); k++) {
      Partition partition = partitioning.partitions().get(k);
      if (portions.get(k).isPresent()) {
        System.arraycopy(portions.get(k).get().values(), 0, features, at, partition.size());
      }
      at += partition.size();
    }
    return features;
  }

  /**
   * The labels' probabilities.
   *
   * @param features as {@link #features} gives them
   * @throws ModelException if the layer fails, or gives no numbers
   */
  double[] probabilities(float[] features) throws ModelException {
    model.input().put(features);
    return softmax(model.run());
  }

  static double[] softmax(FloatBuffer logits) throws ModelException {
    float[] values = new float[logits.remaining()];
    logits.get(values);
    return Softmax.of(values)
        .orElseThrow(() -> new ModelException("fusion layer gave " + Arrays.toString(values)));
  }

  @Override
  public void close() {
    model.close();
  }
}
