package io.coterie.agent.trial;

import io.coterie.inference.ModelException;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Computes made-up pictures before the first real one. */
final class SelfTest {
  private static final int PICTURES = 3;

  private SelfTest() {}

  /**
   * Finite numbers for an even picture and for noise, within the deadline at least once: the first
   * pictures of a network are warm-up.
   *
   * @throws ModelException saying what is wrong
   */
  static void run(TrialModels candidate, long deadlineMs) throws ModelException {
    Random random = new Random(1);
    long fastestNs = Long.MAX_VALUE;
    for (int picture = 0; picture < PICTURES; picture++) {
      FloatBuffer image = FloatBuffer.allocate(candidate.input().size());
      while (picture > 0 && image.hasRemaining()) {
        image.put((float) random.nextGaussian());
      }
      fastestNs = Math.min(fastestNs, candidate.run(image.rewind()));
    }
    if (fastestNs > TimeUnit.MILLISECONDS.toNanos(deadlineMs)) {
      throw new ModelException(
          "takes %d ms of %d ms".formatted(TimeUnit.NANOSECONDS.toMillis(fastestNs), deadlineMs));
    }
  }
}
