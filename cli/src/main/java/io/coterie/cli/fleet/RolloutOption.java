package io.coterie.cli.fleet;

import io.coterie.cli.CommandException;
import io.coterie.protocol.WallClock;
import io.coterie.protocol.message.RolloutRule;
import io.coterie.protocol.topic.Topics;
import picocli.CommandLine.Option;

/** How a bundle takes the place of the one that runs. */
final class RolloutOption {
  @Option(
      names = "--rollout",
      paramLabel = "HOW",
      defaultValue = "staged",
      description =
          "where another bundle runs already: staged: one board tries the new one beside its work,"
              + " then the others follow, and the one before comes back if it fails; at-once: all"
              + " boards, untried (default: ${DEFAULT-VALUE})")
  private RolloutRule.Mode mode;

  @Option(
      names = "--canary",
      paramLabel = "BOARD",
      description = "the board that is to try it (default: one with room for it)")
  private String canary;

  /**
   * Whoever says it again wants it tried again.
   *
   * @throws CommandException if the options do not fit together
   */
  RolloutRule rule() {
    if (mode == RolloutRule.Mode.AT_ONCE && canary != null) {
      throw new CommandException("--canary goes with --rollout staged");
    }
    if (canary != null && !Topics.isName(canary)) {
      throw new CommandException(
          "--canary must be 1 to 64 letters, digits, '.', '_', '-': " + canary);
    }
    return mode == RolloutRule.Mode.AT_ONCE
        ? RolloutRule.AT_ONCE
        : new RolloutRule(mode, canary == null ? "" : canary, WallClock.ms());
  }
}
