package io.coterie.paho;

/** The wait of Paho's threads for each other. */
public final class Pause {
  private Pause() {}

  /**
   * Sleeps for a millisecond, in place of the time that Paho sleeps between two looks at whether
   * another of its threads has begun or ended: mostly 100 ms.
   *
   * @param ms what Paho asks for
   */
  public static void sleep(long ms) throws InterruptedException {
    Thread.sleep(Math.min(1, ms));
  }
}
