package io.coterie.lab.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Something that is done to one part of a fleet for a while.
 *
 * @param seconds how long, before things are put right again
 */
public record Fault(Action action, Target target, double seconds) {
  /** What is done. */
  public enum Action {
    /** SIGKILL; the process starts again afterwards. */
    KILL(0.5, 2),
    /** SIGTERM; the process starts again at once. */
    RESTART(0, 0),
    /** SIGSTOP, then SIGCONT: all connections stay, and nobody answers. */
    FREEZE(0.3, 4.5),
    /** All connections end, and new ones are refused. */
    CUT(0.5, 3),
    /** All connections stay, and nothing comes through. */
    SILENCE(0.3, 4.5),
    /** Everything comes 100 ms later, in both directions. */
    DELAY(2, 4),
    /** Frames, portions, states and assignments are published again, late and out of order. */
    REPEAT(2, 4),
    /** No file of the process may grow. */
    DISK(2, 4),
    /** Killed, and started again on a machine whose clock is a day off. */
    CLOCK(0.5, 1),
    /** All processors of the machine are busy. */
    BURN(2, 4);

    private final double shortest;
    private final double longest;

    Action(double shortest, double longest) {
      this.shortest = shortest;
      this.longest = longest;
    }

    /** A duration in seconds. */
    double seconds(double part) {
      return shortest + part * (longest - shortest);
    }
  }

  /** Whom it is done to. */
  public enum Target {
    /** An agent that computes. */
    BOARD,
    /** The agent that fuses at that time. */
    FUSER,
    /** The orchestrator that leads at that time. */
    LEADER,
    /** The first hub's broker. */
    BROKER,
    /** The second hub: its broker behind the forwarder, its orchestrator and its agent. */
    STANDBY,
    /** Everything. */
    FLEET
  }

  /** Every action on everything that it makes sense for, once. */
  static List<Fault> catalogue() {
    List<Fault> all = new ArrayList<>();
    for (Target target : Target.values()) {
      List<Action> actions =
          switch (target) {
            case BOARD ->
                List.of(
                    Action.KILL,
                    Action.RESTART,
                    Action.FREEZE,
                    Action.CUT,
                    Action.SILENCE,
                    Action.DELAY,
                    Action.DISK,
                    Action.CLOCK);
            case FUSER ->
                List.of(Action.KILL, Action.FREEZE, Action.CUT, Action.SILENCE, Action.DELAY);
            case LEADER ->
                List.of(
                    Action.KILL,
                    Action.FREEZE,
                    Action.CUT,
                    Action.SILENCE,
                    Action.DELAY,
                    Action.DISK,
                    Action.CLOCK);
            case BROKER -> List.of(Action.KILL, Action.RESTART, Action.FREEZE);
            case STANDBY -> List.of(Action.KILL, Action.FREEZE, Action.CUT);
            case FLEET -> List.of(Action.REPEAT, Action.BURN);
          };
      actions.forEach(action -> all.add(new Fault(action, target, action.seconds(0.5))));
    }
    return all;
  }

  /** Such as {@code kill fuser}. */
  String name() {
    return (action + " " + target).toLowerCase(Locale.ROOT);
  }
}
