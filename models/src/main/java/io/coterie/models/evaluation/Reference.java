package io.coterie.models.evaluation;

import io.coterie.inference.BatchRunner;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a bundle's students answer to test pictures where no portion is missing: the labels that a
 * fleet has to give.
 *
 * <p>Not thread-safe.
 */
public final class Reference {
  private final EvaluationRun trial;
  private final Map<List<String>, int[]> predictions = new HashMap<>();

  private Reference(EvaluationRun trial) {
    this.trial = trial;
  }

  /**
   * Opens bundle and data.
   *
   * @param data what {@link io.coterie.models.data.Datasets#open} reads
   * @throws BundleException if the bundle cannot be read
   * @throws IOException if the data cannot be read
   * @throws IllegalArgumentException if data and bundle do not have the same labels
   */
  public static Reference open(Path bundle, String data, EvaluationOptions options)
      throws BundleException, IOException {
    return new Reference(EvaluationRun.open(bundle, data, options));
  }

  /**
   * The label of a test picture.
   *
   * @param students the student of each partition, by name
   * @throws IllegalArgumentException if the bundle has no such students
   */
  public String label(int picture, List<String> students) {
    int[] indices = predictions.computeIfAbsent(List.copyOf(students), this::predict);
    return trial.manifest().labels().get(indices[picture]);
  }

  private int[] predict(List<String> students) {
    Partitioning partitioning =
        trial
            .manifest()
            .partitioning(Strategy.ROCOIN, students.size())
            .orElseThrow(() -> new IllegalArgumentException("no partitioning for " + students));
    List<float[]> portions = new ArrayList<>();
    for (Partition partition : partitioning.partitions()) {
      String name = students.get(portions.size());
      portions.add(trial.portions(EvaluationRun.student(partition, name)).get(0));
    }
    Patterns patterns = Patterns.of(partitioning);
    try (BatchRunner fusion = trial.graph(partitioning.last().fusion())) {
      float[] logits = fusion.run(patterns.features(portions, patterns.full()));
      return Accuracy.predictions(logits, trial.manifest().labels().size());
    }
  }
}
