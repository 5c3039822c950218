package io.coterie.models.digits;

import io.coterie.protocol.frame.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Drawn 32x32 colour pictures of one digit roll of a water meter: several hands, rolls between two
 * digits, white, black and red rolls, shadows, tints, blur, noise, dirt, scratches and reflections.
 * The label is the digit that is most in view. A picture depends on seed and index only (and, in
 * the last bit of some pixels, on the Java release that draws it).
 */
public final class MeterDigits {
  /** Side of a picture in pixels. */
  public static final int SIDE = 32;

  private MeterDigits() {}

  /**
   * A picture and what it shows.
   *
   * @param label the digit, 0..9
   */
  public record Sample(Pixels image, int label) {}

  /** Draws the picture with this number. */
  public static Sample generate(long seed, int index) {
    SplittableRandom random = random(seed, index);
    Scene scene = Scene.draw(random);
    BufferedImage painted = RollPainter.paint(scene, random);
    Pixels image = new CameraSimulation(SIDE, random).take(painted, random);
    return new Sample(image, scene.digit());
  }

  static SplittableRandom random(long seed, int index) {
    // Two steps, so that neighbouring seeds and numbers share nothing.
    long base = new SplittableRandom(seed).nextLong();
    return new SplittableRandom(new SplittableRandom(base + index).nextLong());
  }

  /**
   * Writes pictures as PNG files, a folder per digit.
   *
   * @throws IOException if a file cannot be written
   */
  public static void write(Path folder, long seed, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Sample sample = generate(seed, i);
      Path file =
          folder
              .resolve(Integer.toString(sample.label()))
              .resolve(String.format(Locale.ROOT, "%d-%06d.png", seed, i));
      Files.createDirectories(file.getParent());
      ImageIO.write(image(sample.image()), "png", file.toFile());
    }
  }

  private static BufferedImage image(Pixels pixels) {
    BufferedImage image =
        new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < pixels.height(); y++) {
      for (int x = 0; x < pixels.width(); x++) {
        int rgb = pixels.at(0, y, x) << 16 | pixels.at(1, y, x) << 8 | pixels.at(2, y, x);
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }
}
