package org.eclipse.paho.mqttv5.client.internal;

/** The wait of Paho's threads for each other. */
final class Pause {
  /** Looks before the waits grow. */
  private static final int QUICK = 100;

  private static final ThreadLocal<Integer> LOOKS = ThreadLocal.withInitial(() -> 0);

  private Pause() {}

  /**
   * Sleeps for a millisecond, in place of the time that Paho sleeps between two looks at whether
   * another of its threads has begun or ended: mostly 100 ms. A thread that looks for long, which
   * may be for ever, waits longer from time to time, up to what Paho asks for.
   *
   * @param ms what Paho asks for
   */
  static void sleep(long ms) throws InterruptedException {
    int looks = LOOKS.get();
    LOOKS.set(Math.min(looks + 1, 1_000_000));
    Thread.sleep(Math.min(1 + looks / QUICK, ms));
  }
}
