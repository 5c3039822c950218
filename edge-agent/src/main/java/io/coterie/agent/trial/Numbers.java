package io.coterie.agent.trial;

import io.coterie.inference.ModelException;

/** Checks the outputs of networks. */
public final class Numbers {
  private Numbers() {}

  /**
   * Refuses values that are no finite numbers.
   *
   * @param what they are, for the message
   * @throws ModelException naming the first
   */
  public static void check(float[] values, String what) throws ModelException {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new ModelException(what + " gives no numbers: value " + i + " is " + values[i]);
      }
    }
  }
}
