package io.coterie.inference;

import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Measures what this machine computes per second, with the kind of work that students are: a few
 * 3x3 convolutions of 16 channels on 32x32 pixels, one thread.
 */
public final class ComputeProbe {
  /** Floating-point operations of one run of the probe's graph (a multiply-add counts 2). */
  static final long FLOPS = 2L * 32 * 32 * 16 * 9 * (3 + 16 + 16);

  private static final int WARM_UP_RUNS = 20;
  private static final int RUNS = 30;

  private ComputeProbe() {}

  /**
   * Floating-point operations per second: the median of many runs, so that a moment's disturbance
   * does not count. Takes some tens of milliseconds on a desktop, less than a second on a board.
   *
   * @throws ModelException if ONNX Runtime does not work here
   */
  public static double flopsPerSecond() throws ModelException {
    try (OnnxModel model =
        OnnxModel.load(
            graph(), "compute probe", new long[] {1, 3, 32, 32}, new long[] {1, 16, 32, 32}, 1)) {
      FloatBuffer input = model.input();
      for (int i = 0; input.hasRemaining(); i++) {
        input.put((i % 17 - 8) / 8f);
      }
      long[] nanos = new long[RUNS];
      for (int run = -WARM_UP_RUNS; run < RUNS; run++) {
        long start = System.nanoTime();
        model.run();
        if (run >= 0) {
          nanos[run] = Math.max(1, System.nanoTime() - start);
        }
      }
      Arrays.sort(nanos);
      return FLOPS * 1e9 / nanos[RUNS / 2];
    }
  }

  private static byte[] graph() throws ModelException {
    try (InputStream in = ComputeProbe.class.getResourceAsStream("probe.onnx")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ModelException("cannot read the compute probe", e);
    }
  }
}
