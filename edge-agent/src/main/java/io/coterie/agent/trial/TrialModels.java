package io.coterie.agent.trial;

import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.InputSpec;
import java.nio.FloatBuffer;

/** The loaded models of a trial. Not thread-safe. */
public interface TrialModels extends AutoCloseable {
  InputSpec input();

  /**
   * Computes one picture with all of them.
   *
   * @param image normalised, from its beginning
   * @return nanoseconds that the slowest one of them took: boards share them later
   * @throws ModelException if one fails or gives no numbers
   */
  long run(FloatBuffer image) throws ModelException;

  /**
   * Refuses values that are no finite numbers.
   *
   * @param what they are, for the message
   * @throws ModelException naming the first
   */
  static void checkNumbers(float[] values, String what) throws ModelException {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new ModelException(what + " gives no numbers: value " + i + " is " + values[i]);
      }
    }
  }

  @Override
  void close();
}
