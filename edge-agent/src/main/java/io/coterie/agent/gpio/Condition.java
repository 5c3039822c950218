package io.coterie.agent.gpio;

/**
 * How an agent does, as far as its status LED shows it.
 *
 * @param connected whether the broker is there
 * @param draining whether it was asked to take part no more
 * @param assigned whether it has a role
 * @param worked frames and tasks computed; only that it changes matters
 * @param failed inferences and orders that failed since the start
 * @param dropped frames dropped since the start
 * @param impaired whether the firmware slows the board down, or its camera does not work
 */
public record Condition(
    boolean connected,
    boolean draining,
    boolean assigned,
    long worked,
    long failed,
    long dropped,
    boolean impaired) {
  static final Condition UNKNOWN = new Condition(false, false, false, 0, 0, 0, false);
}
