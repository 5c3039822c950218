package io.coterie.cli;

import picocli.CommandLine.Option;

/** What a deployment is to reach. */
public final class TargetOption {
  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "longest time from frame to answer (default: ${DEFAULT-VALUE})")
  private Duration deadline;

  @Option(
      names = "--success",
      paramLabel = "P",
      defaultValue = "0.99",
      description = "probability that every group must reach (default: ${DEFAULT-VALUE})")
  private double success;

  /** Longest time from frame to answer. */
  public long deadlineMs() {
    return deadline.ms();
  }

  /** Probability that every group must reach. */
  public double success() {
    return success;
  }
}
