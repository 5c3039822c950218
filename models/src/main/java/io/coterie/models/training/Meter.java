package io.coterie.models.training;

import java.time.Duration;
import java.util.Locale;

/** Measures one step of a training and reports it. Not thread-safe. */
public final class Meter {
  private final String stage;
  private final int epochs;
  private final long imagesPerEpoch;
  private final ProgressSink sink;
  private long startNs;
  private int epoch;

  Meter(String stage, int epochs, long imagesPerEpoch, ProgressSink sink) {
    this.stage = stage;
    this.epochs = epochs;
    this.imagesPerEpoch = imagesPerEpoch;
    this.sink = sink;
    this.startNs = System.nanoTime();
  }

  /** A step without epochs. */
  public static Meter once(String stage, long images, ProgressSink sink) {
    return new Meter(stage, 0, images, sink);
  }

  void beginEpoch(int number) {
    epoch = number;
    startNs = System.nanoTime();
  }

  /** Says how many images are done. */
  public void report(long done, String detail) {
    double seconds = Math.max(1e-6, (System.nanoTime() - startNs) / 1e9);
    double rate = done / seconds;
    long left = imagesPerEpoch - done + (epochs > 0 ? (epochs - epoch) * imagesPerEpoch : 0);
    Duration remaining = Duration.ofMillis((long) (1000 * left / Math.max(1e-6, rate)));
    sink.update(
        new TrainingProgress(stage, epoch, epochs, done, imagesPerEpoch, rate, remaining, detail));
  }

  /** Such as {@code 91.25 %}. */
  public static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }

  /** Says how good something is on the images that decide and on those that are only reported. */
  public static String accuracies(double validation, double test) {
    return "validation " + percent(validation) + "  test " + percent(test);
  }

  static String loss(double value) {
    return String.format(Locale.ROOT, "loss %.4f", value);
  }
}
