package io.coterie.models.training;

/**
 * Mean and standard deviation of each column of a matrix; deviations are at least 1e-3.
 *
 * @param mean one value per column
 * @param deviation one value per column
 */
record Statistics(float[] mean, float[] deviation) {
  private static final double LEAST_DEVIATION = 1e-3;

  /** Of a row-major matrix with the given number of columns. */
  static Statistics of(float[] values, int columns) {
    int rows = values.length / columns;
    double[] sum = new double[columns];
    double[] squares = new double[columns];
    for (int i = 0; i < values.length; i++) {
      sum[i % columns] += values[i];
      squares[i % columns] += (double) values[i] * values[i];
    }
    float[] mean = new float[columns];
    float[] deviation = new float[columns];
    for (int c = 0; c < columns; c++) {
      double m = sum[c] / rows;
      mean[c] = (float) m;
      double variance = Math.max(0, squares[c] / rows - m * m);
      deviation[c] = (float) Math.max(LEAST_DEVIATION, Math.sqrt(variance));
    }
    return new Statistics(mean, deviation);
  }
}
