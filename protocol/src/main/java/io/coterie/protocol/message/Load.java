package io.coterie.protocol.message;

import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;

/**
 * What a worker tells its neighbours of its queues (strategy mdi-exit); every period, not retained.
 *
 * @param queued tasks that wait in its input queue or are being computed (I)
 * @param waitMs what they will take, at the mean service times of their segments (I times Gamma)
 * @param outgoing tasks that wait in its output queue (O)
 */
public record Load(String deployment, int queued, double waitMs, int outgoing) {
  public Load {
    Topics.checkName(deployment, "deployment");
    Check.notNegative(queued, "queued");
    Check.notNegative(outgoing, "outgoing");
    if (!(waitMs >= 0) || Double.isInfinite(waitMs)) {
      throw new IllegalArgumentException("must be a finite number >= 0: waitMs=" + waitMs);
    }
  }
}
