package io.coterie.agent.fusion;

import io.coterie.inference.ModelException;
import io.coterie.inference.OnnxModel;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.message.Result;
import java.nio.FloatBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One partitioning's fusion layer, loaded. Missing portions are replaced by their training mean.
 *
 * <p>Not thread-safe.
 */
final class FusionLayer implements AutoCloseable {
  private static final int TOP = 3;

  private final Partitioning partitioning;
  private final List<String> labels;
  private final OnnxModel model;

  FusionLayer(Manifest manifest, Partitioning partitioning, byte[] onnx) throws ModelException {
    this.partitioning = partitioning;
    labels = manifest.labels();
    model =
        OnnxModel.load(
            onnx,
            partitioning.last().fusion().path(),
            new long[] {1, partitioning.featureSize()},
            new long[] {1, labels.size()},
            1);
  }

  /**
   * The labels by falling probability, at most {@value #TOP}.
   *
   * @param portions in partition order
   * @throws ModelException if the layer fails, or gives no numbers
   */
  List<Result.Top> fuse(List<Optional<Portion>> portions) throws ModelException {
    FloatBuffer features = model.input();
    int at = 0;
    for (int k = 0; k < partitioning.k(); k++) {
      Partition partition = partitioning.partitions().get(k);
      int to = at + partition.size();
      if (portions.get(k).isPresent()) {
        features.put(portions.get(k).get().values());
      } else {
        partitioning.last().mean().subList(at, to).forEach(features::put);
      }
      at = to;
    }
    double[] probabilities = softmax(model.run());
    return IntStream.range(0, labels.size())
        .mapToObj(i -> new Result.Top(labels.get(i), probabilities[i]))
        .sorted(Comparator.comparingDouble(Result.Top::confidence).reversed())
        .limit(TOP)
        .toList();
  }

  int indexOf(String label) {
    return labels.indexOf(label);
  }

  /** Probabilities of logits; the largest is subtracted first, so that nothing overflows. */
  static double[] softmax(FloatBuffer logits) throws ModelException {
    double[] values = new double[logits.remaining()];
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < values.length; i++) {
      values[i] = logits.get(i);
      if (!Double.isFinite(values[i])) {
        throw new ModelException("fusion layer gave " + values[i]);
      }
      max = Math.max(max, values[i]);
    }
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(values[i] - max);
      sum += values[i];
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
    return values;
  }

  @Override
  public void close() {
    model.close();
  }
}
