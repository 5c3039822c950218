package io.coterie.lab.chaos;

import io.coterie.protocol.message.DeploymentSpec;

/**
 * What is promised: the longest time without a result {@code ok}, where frames come all the time.
 *
 * @param deadlineMs of the deployment
 * @param hedgeMs how long the standby fuser waits
 */
public record Bounds(long deadlineMs, long hedgeMs) {
  private static final long BROKER_MS = 3_000;
  private static final long FUSER_MS = 50;

  public Bounds {
    DeploymentSpec.checkHedgeMs(hedgeMs);
  }

  /** The promise in ms; 0 for none. */
  long of(Fault fault) {
    if (fault.action() != Fault.Action.KILL) {
      return 0;
    }
    return switch (fault.target()) {
      case BOARD, LEADER -> deadlineMs;
      case FUSER -> hedgeMs + FUSER_MS;
      case BROKER -> BROKER_MS;
      case STANDBY, FLEET -> 0;
    };
  }
}
