package io.coterie.lab.bench;

import io.coterie.protocol.message.ExitRule;

/**
 * What {@code bench exits} does.
 *
 * @param frames of one window, >= 1
 * @param pairs of windows that count, >= 3
 * @param agents number of boards, >= 1
 * @param rate frames per second, > 0
 * @param throttle how many times slower than this machine the boards are, >= 1
 * @param rule with exits on; has no fixed threshold and no latency target
 */
public record ExitsBenchOptions(
    int frames, int pairs, int agents, double rate, double throttle, ExitRule rule) {
  public ExitsBenchOptions {
    if (frames < 1
        || pairs < 3
        || agents < 1
        || !(rate > 0 && rate <= 1000)
        || !(throttle >= 1 && throttle <= 1000)) {
      throw new IllegalArgumentException(
          "out of range: --frames >= 1, --pairs >= 3, --agents >= 1, --rate above 0 up to 1000,"
              + " --throttle 1 to 1000");
    }
  }
}
