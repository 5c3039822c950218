package io.coterie.protocol.frame;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes JPEG and PNG with bounded memory: the size in the header is checked before a pixel is
 * decoded, and very large pictures are thinned while decoding. Transparency is ignored.
 *
 * <p>Thread-safe.
 */
public final class ImageDecoder {
  /** The largest picture that is decoded, in pixels (a 50-megapixel photo fits). */
  private static final long MAX_PIXELS = 64L << 20;

  /** The same of JPEGs whose coefficients are kept: 24 MiB of them. */
  private static final long MAX_BUFFERED_PIXELS = 4L << 20;

  /** The widest and highest that a JPEG can be; the decoder for PNG holds whole rows. */
  private static final int MAX_SIDE = 65_535;

  /** Pictures are thinned while decoding so that about this many pixels remain. */
  private static final long KEPT_PIXELS = 2L << 20;

  /** A reader per thread: making one costs as much as decoding a small picture. */
  private static final ThreadLocal<ImageReader> PNG = reader("png");

  private static final ThreadLocal<ImageReader> JPEG = reader("jpeg");

  private static ThreadLocal<ImageReader> reader(String format) {
    return ThreadLocal.withInitial(() -> ImageIO.getImageReadersByFormatName(format).next());
  }

  private ImageDecoder() {}

  /**
   * Decodes one picture; greys give 1 channel, everything else 3.
   *
   * @throws FrameRejectedException if the payload is no JPEG or PNG, is damaged, or is too large
   */
  public static Pixels decode(byte[] payload) throws FrameRejectedException {
    ThreadLocal<ImageReader> readers = readers(payload);
    ImageReader reader = readers.get();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(payload))) {
      reader.setInput(in, true, true);
      checkSize(payload, reader.getWidth(0), reader.getHeight(0));
      return toPixels(read(reader));
    } catch (IOException | RuntimeException e) {
      // The JDK's readers throw unchecked exceptions too when a file is damaged.
      reader.dispose();
      readers.remove();
      throw new FrameRejectedException("damaged picture: " + firstLine(e));
    }
  }

  /** By the first bytes: looking for a reader that wants the file costs more than decoding. */
  private static ThreadLocal<ImageReader> readers(byte[] payload) throws FrameRejectedException {
    if (startsWith(payload, 0x89, 'P', 'N', 'G')) {
      return PNG;
    }
    if (startsWith(payload, 0xff, 0xd8, 0xff)) {
      return JPEG;
    }
    throw new FrameRejectedException(
        "payload of " + payload.length + " bytes is neither JPEG nor PNG");
  }

  private static boolean startsWith(byte[] payload, int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (i >= payload.length || (payload[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private static void checkSize(byte[] payload, int width, int height)
      throws FrameRejectedException {
    JpegHeader jpeg =
        startsWith(payload, 0xff, 0xd8) ? JpegHeader.of(payload) : new JpegHeader(false, 1);
    if (jpeg.scans() > JpegHeader.MOST_SCANS) {
      throw new FrameRejectedException(
          "progressive JPEG has more than "
              + JpegHeader.MOST_SCANS
              + " scans: send it as a baseline JPEG");
    }
    long pixels = (long) width * height;
    String size = "of " + width + "x" + height + " pixels is larger than ";
    if (jpeg.isBuffered() && pixels > MAX_BUFFERED_PIXELS) {
      throw new FrameRejectedException(
          "progressive JPEG "
              + size
              + MAX_BUFFERED_PIXELS
              + ": send it smaller, or as a baseline JPEG of at most "
              + MAX_PIXELS);
    }
    if (pixels > MAX_PIXELS) {
      throw new FrameRejectedException("picture " + size + MAX_PIXELS + ": send it smaller");
    }
    if (Math.max(width, height) > MAX_SIDE) {
      throw new FrameRejectedException(
          "picture " + size + MAX_SIDE + " on a side: send it in parts");
    }
  }

  private static BufferedImage read(ImageReader reader) throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    double pixels = (double) reader.getWidth(0) * reader.getHeight(0);
    int step = (int) Math.ceil(Math.sqrt(pixels / KEPT_PIXELS));
    if (step > 1) {
      param.setSourceSubsampling(step, step, 0, 0);
    }
    return reader.read(0, param);
  }

  private static Pixels toPixels(BufferedImage image) {
    ColorModel model = image.getColorModel();
    boolean grey = model.getNumColorComponents() == 1 && model.getNumComponents() <= 2;
    if (grey) {
      return grey(image.getRaster(), model.getComponentSize(0));
    }
    return image.getType() == BufferedImage.TYPE_3BYTE_BGR ? fromBgr(image) : fromRgb(image);
  }

  /** Straight from the samples: {@code getRGB} would apply the grey profile's gamma. */
  private static Pixels grey(Raster raster, int bits) {
    int height = raster.getHeight();
    int width = raster.getWidth();
    double scale = 255.0 / ((1L << bits) - 1);
    byte[] out = new byte[height * width];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        out[y * width + x] = (byte) Math.round(row[x] * scale);
      }
    }
    return new Pixels(1, height, width, out);
  }

  private static Pixels fromBgr(BufferedImage image) {
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    int plane = image.getHeight() * image.getWidth();
    byte[] out = new byte[3 * plane];
    for (int i = 0; i < plane; i++) {
      out[i] = bgr[3 * i + 2];
      out[plane + i] = bgr[3 * i + 1];
      out[2 * plane + i] = bgr[3 * i];
    }
    return new Pixels(3, image.getHeight(), image.getWidth(), out);
  }

  private static Pixels fromRgb(BufferedImage image) {
    int height = image.getHeight();
    int width = image.getWidth();
    int plane = height * width;
    byte[] out = new byte[3 * plane];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        out[y * width + x] = (byte) (row[x] >> 16);
        out[plane + y * width + x] = (byte) (row[x] >> 8);
        out[2 * plane + y * width + x] = (byte) row[x];
      }
    }
    return new Pixels(3, height, width, out);
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
  }
}
