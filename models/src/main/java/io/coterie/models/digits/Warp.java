package io.coterie.models.digits;

import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.util.random.RandomGenerator;

/**
 * A smooth bend of the plane: x moves by a sine of y and y by a sine of x.
 *
 * @param reachX farthest move of x, in digit heights
 * @param phaseX in turns
 * @param reachY farthest move of y, in digit heights
 * @param phaseY in turns
 */
record Warp(double reachX, double phaseX, double reachY, double phaseY) {
  private static final double MOST = 0.06;

  static Warp draw(RandomGenerator random) {
    return new Warp(
        MOST * random.nextDouble(),
        random.nextDouble(),
        MOST * random.nextDouble(),
        random.nextDouble());
  }

  /** The path with every point bent; the original stays as it is. */
  Path2D bend(Path2D path) {
    Path2D bent = new Path2D.Double();
    double[] at = new double[6];
    for (PathIterator i = path.getPathIterator(null); !i.isDone(); i.next()) {
      int kind = i.currentSegment(at);
      for (int point = 0; point < 3; point++) {
        double x = at[2 * point];
        double y = at[2 * point + 1];
        at[2 * point] = x + reachX * Math.sin(2 * Math.PI * (y + phaseX));
        at[2 * point + 1] = y + reachY * Math.sin(2 * Math.PI * (x + phaseY));
      }
      switch (kind) {
        case PathIterator.SEG_MOVETO -> bent.moveTo(at[0], at[1]);
        case PathIterator.SEG_LINETO -> bent.lineTo(at[0], at[1]);
        case PathIterator.SEG_QUADTO -> bent.quadTo(at[0], at[1], at[2], at[3]);
        case PathIterator.SEG_CUBICTO -> bent.curveTo(at[0], at[1], at[2], at[3], at[4], at[5]);
        default -> bent.closePath();
      }
    }
    return bent;
  }
}
