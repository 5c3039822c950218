package io.coterie.models.evaluation;

import io.coterie.protocol.bundle.Precision;
import java.util.List;

/**
 * What was measured on the test split of a data set. Accuracies are in [0, 1].
 *
 * @param bundle name of the bundle
 * @param digest of its manifest
 * @param data name of the data set
 * @param images number of images
 * @param teacherAccuracy of the model the students were distilled from
 * @param partitionings by rising K
 */
public record EvaluationReport(
    String bundle,
    String digest,
    String data,
    int images,
    double teacherAccuracy,
    List<OfPartitioning> partitionings) {
  public EvaluationReport {
    partitionings = List.copyOf(partitionings);
  }

  /**
   * One K.
   *
   * @param ensembles one for each student that every partition has, from the smallest
   * @param mixes of float32 students of different sizes, all portions there; at most 64
   * @param students what each student costs
   */
  public record OfPartitioning(
      int k, List<OfEnsemble> ensembles, List<OfMix> mixes, List<OfStudent> students) {
    public OfPartitioning {
      ensembles = List.copyOf(ensembles);
      mixes = List.copyOf(mixes);
      students = List.copyOf(students);
    }
  }

  /**
   * The same student in every partition.
   *
   * @param accuracy all portions there
   * @param int8PortionsAccuracy all portions there, each sent as bytes and a factor
   * @param worstWithOneLost the worst accuracy with one portion missing
   * @param patterns accuracy with portions missing; all patterns
   */
  public record OfEnsemble(
      String student,
      double accuracy,
      double int8PortionsAccuracy,
      double worstWithOneLost,
      List<OfPattern> patterns) {
    public OfEnsemble {
      patterns = List.copyOf(patterns);
    }
  }

  /**
   * Students of different sizes together.
   *
   * @param students name of each partition's student
   * @param accuracy measured
   * @param expected what the planner's rule makes of the accuracies with one size everywhere: their
   *     mean over the partitions
   */
  public record OfMix(List<String> students, double accuracy, double expected) {
    public OfMix {
      students = List.copyOf(students);
    }
  }

  /**
   * One pattern of missing portions.
   *
   * @param present one digit per partition, 1 where its portion is there
   */
  public record OfPattern(String present, double accuracy) {}

  /**
   * One student.
   *
   * @param partition from 0
   * @param size number of values of its portion
   * @param fileBytes length of its ONNX file
   */
  public record OfStudent(
      int partition,
      String name,
      Precision precision,
      int size,
      long parameters,
      long flops,
      long memoryBytes,
      long fileBytes) {}
}
