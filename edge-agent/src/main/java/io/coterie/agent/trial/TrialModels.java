package io.coterie.agent.trial;

import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.InputSpec;
import java.nio.FloatBuffer;

/** Models that are tried, loaded. Not thread-safe. */
public interface TrialModels extends AutoCloseable {
  /** What they read. */
  InputSpec input();

  /**
   * Computes one picture with all of them.
   *
   * @param image normalised, from its beginning
   * @return nanoseconds that the slowest one of them took: boards share them later
   * @throws ModelException if one fails or gives no numbers
   */
  long run(FloatBuffer image) throws ModelException;

  @Override
  void close();
}
