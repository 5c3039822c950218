package io.coterie.cli.fleet;

import io.coterie.protocol.message.Rollout;
import java.util.Locale;
import java.util.Optional;

/** Roll-outs in words. */
public final class RolloutText {
  private RolloutText() {}

  /** Where it stands, such as {@code kitchen tries bundle 1234abcd: 12 frames, 1 error}. */
  public static String line(Rollout rollout) {
    String bundle = "bundle " + rollout.to().substring(0, 8);
    return switch (rollout.stage()) {
      case CANARY ->
          rollout.board().isEmpty()
              ? bundle + " waits for a board to try it" + because(rollout)
              : rollout.board() + " tries " + bundle + ": " + counts(rollout) + because(rollout);
      case REST -> "all boards run " + bundle + ", watched: " + counts(rollout) + because(rollout);
      case RETURNED -> bundle + " failed, the one before is back" + because(rollout);
    };
  }

  private static String counts(Rollout rollout) {
    return String.format(
        Locale.ROOT,
        "%d frame%s, %d error%s",
        rollout.frames(),
        rollout.frames() == 1 ? "" : "s",
        rollout.errors(),
        rollout.errors() == 1 ? "" : "s");
  }

  private static String because(Rollout rollout) {
    return rollout.reason().isEmpty() ? "" : ": " + rollout.reason();
  }

  /** Whether a person should hear of it: there is more to it than more frames. */
  public static boolean isNews(Optional<Rollout> before, Optional<Rollout> now) {
    return !before.map(RolloutText::uncounted).equals(now.map(RolloutText::uncounted));
  }

  private static Rollout uncounted(Rollout rollout) {
    return rollout.with(0, 0, rollout.reason());
  }
}
