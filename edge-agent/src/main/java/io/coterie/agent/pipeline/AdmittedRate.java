package io.coterie.agent.pipeline;

import io.coterie.protocol.message.PipelineRule.Queues;
import java.util.OptionalLong;

/**
 * Rate adaptation: the source lets in fewer frames while its queues are long.
 *
 * <p>The bands and steps are those of arXiv 2408.05247. There the rate is raised and cut step by
 * step, which makes a saw-tooth. Ours follows the rate at which frames are completed:
 *
 * <pre>
 * queues below the band --> every frame is admitted
 * within the band --------> completed x (1 + smallStep at its low end ... 1 - smallStep at its high end)
 * above the band ---------> completed x (1 - step), and less the longer the queues are
 * </pre>
 *
 * So the queues come to rest where completed and admitted are the same, without knowing the fleet,
 * and the rate cannot run away while few frames come. Not thread-safe.
 */
final class AdmittedRate {
  private static final double MS = 1000;
  private static final double LEAST_PER_SECOND = 0.1;
  private static final long LONGEST_WAIT_MS = 60_000;

  private final Queues queues;
  private double tokens;
  private long lastNs;
  private boolean begun;

  AdmittedRate(Queues queues) {
    this.queues = queues;
  }

  /** What the rate is at a length of the queues, as a part of the completed frames. */
  static double part(Queues queues, Band band, int queue) {
    double room = band.room(queue);
    if (room > 1) {
      return 1 + queues.step();
    }
    return room >= -1 ? 1 + queues.smallStep() * room : Math.max(0, 1 + queues.step() * room);
  }

  /** Frames per second that are admitted; 0 for all, while nothing was measured. */
  double perSecond(Band band, double completed, int queue) {
    return completed > 0 ? Math.max(LEAST_PER_SECOND, completed * part(queues, band, queue)) : 0;
  }

  /**
   * Admits a frame, or says in how many milliseconds there will be room for one. A frame that is
   * admitted without need (the queues are short) uses the rate up like any other.
   *
   * @param completed frames per second that the fleet completes; 0 where that is not known
   */
  OptionalLong take(Band band, double completed, int queue, long nowNs) {
    double perSecond = perSecond(band, completed, queue);
    double burst = Math.max(1, band.half());
    tokens = begun ? Math.min(burst, tokens + perSecond * (nowNs - lastNs) / 1e9) : burst;
    begun = true;
    lastNs = nowNs;
    boolean unknown = perSecond == 0;
    if (queue < band.low() || tokens >= 1 || (unknown && queue <= band.high())) {
      tokens = Math.max(0, tokens - 1);
      return OptionalLong.empty();
    }
    double waitMs = unknown ? queues.periodMs() : MS * (1 - tokens) / perSecond;
    return OptionalLong.of(Math.min(LONGEST_WAIT_MS, (long) Math.ceil(waitMs)));
  }
}
