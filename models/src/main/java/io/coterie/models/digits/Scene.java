package io.coterie.models.digits;

import java.util.random.RandomGenerator;

/**
 * What is to be drawn: one roll behind glass. Everything the drawing needs that is not detail.
 *
 * @param digit the digit that is most in view, 0..9
 * @param hand its shapes
 * @param turn how far the roll is off, in pitches: positive has the digit below the middle and the
 *     one before it entering from above, negative the opposite; at most {@value #MOST_TURNED}
 *     either way, so that the digit most in view is never in doubt
 * @param pitch distance from one digit to the next, in digit heights
 * @param height of a digit, as a share of the picture
 * @param stretch width of a digit relative to its drawn form
 * @param slant horizontal shear
 * @param penWidth width of the strokes, in digit heights
 * @param warp how the strokes are bent, so that hardly two pictures show the same shapes
 * @param ink colour of the digits, red, green, blue in 0..1
 * @param paper colour of the roll
 */
record Scene(
    int digit,
    int hand,
    double turn,
    double pitch,
    double height,
    double stretch,
    double slant,
    double penWidth,
    Warp warp,
    double[] ink,
    double[] paper) {
  /** Farthest turn in pitches; at 0.5 two digits would be equally in view. */
  static final double MOST_TURNED = 0.38;

  private static final double RESTING = 0.5;

  static Scene draw(RandomGenerator random) {
    boolean resting = random.nextDouble() < RESTING;
    double turn = (resting ? 0.06 : MOST_TURNED) * (2 * random.nextDouble() - 1);
    double[][] colours = colours(random);
    return new Scene(
        random.nextInt(10),
        random.nextInt(Hands.count()),
        turn,
        between(random, 1.25, 1.55),
        between(random, 0.56, 0.74),
        between(random, 0.85, 1.2),
        between(random, -0.12, 0.12),
        between(random, 0.09, 0.21),
        Warp.draw(random),
        colours[0],
        colours[1]);
  }

  static double between(RandomGenerator random, double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  /** Ink and paper: white on black, black on white, white on red, red on white. */
  private static double[][] colours(RandomGenerator random) {
    double[] light = shade(random, 0.7, 1);
    double[] dark = shade(random, 0.02, 0.2);
    double[] red = {
      between(random, 0.5, 0.85), between(random, 0.03, 0.2), between(random, 0.03, 0.2)
    };
    double kind = random.nextDouble();
    if (kind < 0.4) {
      return new double[][] {light, dark};
    }
    if (kind < 0.7) {
      return new double[][] {dark, light};
    }
    return kind < 0.87 ? new double[][] {light, red} : new double[][] {red, light};
  }

  private static double[] shade(RandomGenerator random, double from, double to) {
    double grey = between(random, from, to);
    double[] colour = new double[3];
    for (int c = 0; c < 3; c++) {
      colour[c] = Math.min(1, Math.max(0, grey + between(random, -0.05, 0.05)));
    }
    return colour;
  }
}
