package io.coterie.models.evaluation;

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
   * @param smallestAccuracy all portions there, the smallest student of each partition
   * @param largestAccuracy all portions there, the largest student of each partition
   * @param patterns accuracy with portions missing, the smallest students; all patterns
   * @param students what each student costs
   * @param predictions per image the label of the full ensemble of smallest students
   */
  public record OfPartitioning(
      int k,
      double smallestAccuracy,
      double largestAccuracy,
      List<OfPattern> patterns,
      List<OfStudent> students,
      List<Integer> predictions) {
    public OfPartitioning {
      patterns = List.copyOf(patterns);
      students = List.copyOf(students);
      predictions = List.copyOf(predictions);
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
      int size,
      long parameters,
      long flops,
      long memoryBytes,
      long fileBytes) {}
}
