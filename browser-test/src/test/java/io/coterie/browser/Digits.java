package io.coterie.browser;

import io.coterie.models.digits.MeterDigits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Drawn pictures as files. */
final class Digits {
  private Digits() {}

  static byte[] png(MeterDigits.Sample sample) throws IOException {
    var pixels = sample.image();
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    byte[] values = pixels.values();
    for (int i = 0; i < 1024; i++) {
      int red = values[i] & 255;
      int green = values[1024 + i] & 255;
      int blue = values[2048 + i] & 255;
      image.setRGB(i % 32, i / 32, red << 16 | green << 8 | blue);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }
}
