package io.coterie.protocol.message;

import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;

/**
 * What the source of a pipeline lets in and when frames leave (strategy mdi-exit); retained.
 *
 * @param agent the source
 * @param epoch of the plan that made it the source
 * @param ratePerSecond frames that are admitted; 0 for all
 * @param threshold of the exit policy in force
 */
public record Admitted(String agent, long epoch, double ratePerSecond, double threshold) {
  public Admitted {
    Topics.checkName(agent, "agent");
    Check.rising(epoch, "epoch");
    if (!(ratePerSecond >= 0) || Double.isInfinite(ratePerSecond)) {
      throw new IllegalArgumentException(
          "must be a finite number >= 0: ratePerSecond=" + ratePerSecond);
    }
    Check.fraction(threshold, "threshold");
  }
}
