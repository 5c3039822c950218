package io.coterie.models.training;

/**
 * Mean and standard deviation of each column of a matrix. A deviation counts as at least a tenth of
 * the root of the mean square of all of them (ours): a column that hardly varies says little, and
 * to divide by its own deviation would make it count for more than all others.
 *
 * @param mean one value per column
 * @param deviation one value per column
 */
record Statistics(float[] mean, float[] deviation) {
  private static final double LEAST_SHARE = 0.1;

  /** Where no column varies. */
  private static final double LEAST = 1e-6;

  /** Of a row-major matrix with the given number of columns. */
  static Statistics of(float[] values, int columns) {
    int rows = values.length / columns;
    double[] sum = new double[columns];
    double[] squares = new double[columns];
    for (int i = 0; i < values.length; i++) {
      sum[i % columns] += values[i];
      squares[i % columns] += (double) values[i] * values[i];
    }
    double[] variance = new double[columns];
    double total = 0;
    for (int c = 0; c < columns; c++) {
      double m = sum[c] / rows;
      variance[c] = Math.max(0, squares[c] / rows - m * m);
      total += variance[c];
    }
    double least = Math.max(LEAST, LEAST_SHARE * Math.sqrt(total / columns));
    float[] mean = new float[columns];
    float[] deviation = new float[columns];
    for (int c = 0; c < columns; c++) {
      mean[c] = (float) (sum[c] / rows);
      deviation[c] = (float) Math.max(least, Math.sqrt(variance[c]));
    }
    return new Statistics(mean, deviation);
  }

  /** The mean of a column in units of its deviation. */
  float normalisedMean(int column) {
    return mean[column] / deviation[column];
  }
}
