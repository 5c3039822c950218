package io.coterie.models.digits;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.random.RandomGenerator;

/** Paints a scene large and clean: roll, digits, frame, and what lies on the glass. */
final class RollPainter {
  /** Side of the painted picture in pixels. */
  static final int SIDE = 96;

  /** The window's part of the side; the rest is margin that a tilted view may show. */
  private static final double WINDOW = 0.8;

  private RollPainter() {}

  static BufferedImage paint(Scene scene, RandomGenerator random) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(colour(scene.paper(), 1));
    g.fillRect(0, 0, SIDE, SIDE);
    for (int step = -2; step <= 2; step++) {
      digit(g, scene, step);
    }
    curvature(g, Scene.between(random, 0.1, 0.6));
    frame(g, random);
    specks(g, random);
    scratches(g, random);
    reflection(g, random);
    g.dispose();
    return image;
  }

  /** The digit {@code step} places further down the roll. */
  private static void digit(Graphics2D g, Scene scene, int step) {
    int digit = Math.floorMod(scene.digit() + step, 10);
    double height = scene.height() * WINDOW * SIDE;
    double middle = SIDE / 2.0 + (step + scene.turn()) * scene.pitch() * height;
    AffineTransform place = new AffineTransform();
    place.translate(SIDE / 2.0, middle);
    place.shear(scene.slant(), 0);
    place.scale(height * scene.stretch(), height);
    place.translate(-Hands.WIDTH / 2, -0.5);
    Shape strokes =
        scene.warp().bend(Hands.strokes(scene.hand(), digit)).createTransformedShape(place);
    float width = (float) (scene.penWidth() * height);
    int cap = scene.hand() % 2 == 0 ? BasicStroke.CAP_ROUND : BasicStroke.CAP_BUTT;
    g.setStroke(new BasicStroke(width, cap, BasicStroke.JOIN_ROUND));
    g.setColor(colour(scene.ink(), 1));
    g.draw(strokes);
  }

  /** The roll turns away from the light at its upper and lower edge. */
  private static void curvature(Graphics2D g, double strength) {
    float reach = SIDE * 0.42f;
    Color shadow = new Color(0, 0, 0, (int) (255 * strength));
    Color clear = new Color(0, 0, 0, 0);
    g.setPaint(new GradientPaint(0, 0, shadow, 0, reach, clear));
    g.fill(new Rectangle2D.Double(0, 0, SIDE, reach));
    g.setPaint(new GradientPaint(0, SIDE, shadow, 0, SIDE - reach, clear));
    g.fill(new Rectangle2D.Double(0, SIDE - reach, SIDE, reach));
  }

  /** The window's edge: sometimes in view at one or more sides. */
  private static void frame(Graphics2D g, RandomGenerator random) {
    double grey = random.nextDouble();
    g.setColor(colour(new double[] {grey, grey, grey}, 1));
    for (int side = 0; side < 4; side++) {
      if (random.nextDouble() < 0.5) {
        continue;
      }
      double depth = Scene.between(random, 0.02, 0.15) * SIDE;
      switch (side) {
        case 0 -> g.fill(new Rectangle2D.Double(0, 0, depth, SIDE));
        case 1 -> g.fill(new Rectangle2D.Double(SIDE - depth, 0, depth, SIDE));
        case 2 -> g.fill(new Rectangle2D.Double(0, 0, SIDE, depth));
        default -> g.fill(new Rectangle2D.Double(0, SIDE - depth, SIDE, depth));
      }
    }
  }

  private static void specks(Graphics2D g, RandomGenerator random) {
    int count = random.nextDouble() < 0.4 ? 0 : random.nextInt(10);
    for (int i = 0; i < count; i++) {
      double size = Scene.between(random, 1, 10);
      double grey = Scene.between(random, 0.05, 0.6);
      g.setColor(colour(new double[] {grey, grey * 0.9, grey * 0.75}, random.nextDouble() * 0.8));
      double x = random.nextDouble() * SIDE;
      double y = random.nextDouble() * SIDE;
      g.fill(new Ellipse2D.Double(x, y, size, size * Scene.between(random, 0.5, 1.5)));
    }
  }

  private static void scratches(Graphics2D g, RandomGenerator random) {
    int count = random.nextDouble() < 0.6 ? 0 : 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      double grey = random.nextDouble() < 0.7 ? 0.9 : 0.1;
      g.setColor(colour(new double[] {grey, grey, grey}, Scene.between(random, 0.2, 0.8)));
      g.setStroke(new BasicStroke((float) Scene.between(random, 0.6, 2.2)));
      double x = random.nextDouble() * SIDE;
      double y = random.nextDouble() * SIDE;
      double length = Scene.between(random, 10, 70);
      double angle = Scene.between(random, 0, Math.PI);
      double dx = length * Math.cos(angle);
      double dy = length * Math.sin(angle);
      g.draw(new Line2D.Double(x, y, x + dx, y + dy));
    }
  }

  /** A lamp or a window mirrored in the glass: a bright slanted band or a spot. */
  private static void reflection(Graphics2D g, RandomGenerator random) {
    if (random.nextDouble() < 0.5) {
      return;
    }
    g.setColor(new Color(1f, 1f, 1f, (float) Scene.between(random, 0.1, 0.65)));
    double x = random.nextDouble() * SIDE;
    if (random.nextBoolean()) {
      double size = Scene.between(random, 8, 30);
      g.fill(new Ellipse2D.Double(x, random.nextDouble() * SIDE, size, size * 0.7));
      return;
    }
    double lean = Scene.between(random, -40, 40);
    double width = Scene.between(random, 4, 26);
    Path2D band = new Path2D.Double();
    band.moveTo(x, 0);
    band.lineTo(x + width, 0);
    band.lineTo(x + width + lean, SIDE);
    band.lineTo(x + lean, SIDE);
    band.closePath();
    g.fill(band);
  }

  private static Color colour(double[] rgb, double opacity) {
    return new Color((float) rgb[0], (float) rgb[1], (float) rgb[2], (float) opacity);
  }
}
