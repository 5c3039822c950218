package io.coterie.models.digits;

import io.coterie.protocol.frame.Pixels;
import java.awt.image.BufferedImage;
import java.util.random.RandomGenerator;

/**
 * Takes a small picture of a painted one the way a cheap camera would: slightly turned and tilted,
 * unevenly lit, tinted, blurred and noisy.
 */
final class CameraSimulation {
  private static final int SUBSAMPLES = 3;

  private final int side;
  private final double[] view;
  private final double[] lightSlope;
  private final double[] gain;
  private final double offset;
  private final double blur;
  private final double noise;

  /** Draws the camera's position and faults. */
  CameraSimulation(int side, RandomGenerator random) {
    this.side = side;
    this.view = view(random);
    double angle = random.nextDouble() * 2 * Math.PI;
    double slope = random.nextDouble() * 0.5;
    this.lightSlope = new double[] {slope * Math.cos(angle), slope * Math.sin(angle)};
    double exposure = Scene.between(random, 0.35, 1.2);
    this.gain = new double[3];
    for (int c = 0; c < 3; c++) {
      gain[c] = exposure * Scene.between(random, 0.82, 1.1);
    }
    this.offset = Scene.between(random, 0, 0.25);
    this.blur = random.nextDouble() < 0.4 ? 0 : Scene.between(random, 0.2, 1.3);
    this.noise = random.nextDouble() * random.nextDouble() * 0.14;
  }

  /** Maps picture coordinates in -1..1 to painted coordinates in -1..1, a plane homography. */
  private static double[] view(RandomGenerator random) {
    double turn = Math.toRadians(Scene.between(random, -9, 9));
    double zoom = Scene.between(random, 0.72, 0.95);
    double cos = zoom * Math.cos(turn);
    double sin = zoom * Math.sin(turn);
    return new double[] {
      cos,
      -sin,
      Scene.between(random, -0.08, 0.08),
      sin,
      cos,
      Scene.between(random, -0.05, 0.05),
      Scene.between(random, -0.08, 0.08),
      Scene.between(random, -0.08, 0.08)
    };
  }

  Pixels take(BufferedImage painted, RandomGenerator random) {
    double[][] planes = new double[3][side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        expose(painted, x, y, planes);
      }
    }
    byte[] out = new byte[3 * side * side];
    for (int c = 0; c < 3; c++) {
      double[] blurred = blurred(planes[c]);
      for (int i = 0; i < blurred.length; i++) {
        double value = blurred[i] + noise * random.nextGaussian();
        out[c * side * side + i] = (byte) Math.round(255 * Math.min(1, Math.max(0, value)));
      }
    }
    return new Pixels(3, side, side, out);
  }

  private void expose(BufferedImage painted, int x, int y, double[][] planes) {
    int[] sums = new int[3];
    for (int i = 0; i < SUBSAMPLES * SUBSAMPLES; i++) {
      int row = i / SUBSAMPLES;
      int column = i % SUBSAMPLES;
      double px = x + (column + 0.5) / SUBSAMPLES;
      double py = y + (row + 0.5) / SUBSAMPLES;
      int rgb = seen(painted, 2 * px / side - 1, 2 * py / side - 1);
      for (int c = 0; c < 3; c++) {
        sums[c] += rgb >> (16 - 8 * c) & 0xff;
      }
    }
    double light = 1 + lightSlope[0] * (2.0 * x / side - 1) + lightSlope[1] * (2.0 * y / side - 1);
    double scale = light / (255.0 * SUBSAMPLES * SUBSAMPLES);
    for (int c = 0; c < 3; c++) {
      planes[c][y * side + x] = offset + (1 - offset) * gain[c] * scale * sums[c];
    }
  }

  private int seen(BufferedImage painted, double u, double v) {
    double depth = 1 + view[6] * u + view[7] * v;
    double x = (view[0] * u + view[1] * v + view[2]) / depth;
    double y = (view[3] * u + view[4] * v + view[5]) / depth;
    return painted.getRGB(pixel(x, painted.getWidth()), pixel(y, painted.getHeight()));
  }

  private static int pixel(double place, int size) {
    return Math.max(0, Math.min(size - 1, (int) ((place + 1) / 2 * size)));
  }

  private double[] blurred(double[] plane) {
    if (blur == 0) {
      return plane;
    }
    double[] kernel = new double[5];
    double sum = 0;
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = Math.exp(-(i - 2) * (i - 2) / (2 * blur * blur));
      sum += kernel[i];
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] /= sum;
    }
    return convolve(convolve(plane, kernel, 1, 0), kernel, 0, 1);
  }

  private double[] convolve(double[] plane, double[] kernel, int stepX, int stepY) {
    double[] out = new double[plane.length];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double sum = 0;
        for (int i = 0; i < kernel.length; i++) {
          int sx = Math.max(0, Math.min(side - 1, x + (i - 2) * stepX));
          int sy = Math.max(0, Math.min(side - 1, y + (i - 2) * stepY));
          sum += kernel[i] * plane[sy * side + sx];
        }
        out[y * side + x] = sum;
      }
    }
    return out;
  }
}
