package io.coterie.inference;

import java.nio.FloatBuffer;

/**
 * A loaded graph of one float32 input and one or more float32 outputs. Fill {@link #input()}, call
 * {@link #run()}, read its result or {@link #output}.
 *
 * <p>Not thread-safe.
 */
public interface Graph extends AutoCloseable {
  /** The input's values, cleared for writing. */
  FloatBuffer input();

  /**
   * Runs the graph on what {@link #input()} holds.
   *
   * @return the first output's values, valid until the next run
   * @throws ModelException if the graph cannot be run
   */
  FloatBuffer run() throws ModelException;

  /** The values of an output, numbered as in the shapes it was loaded with, of the last run. */
  FloatBuffer output(int index);

  @Override
  void close();
}
