package io.coterie.protocol.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.InputSpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameDecoderTest {
  private static final InputSpec COLOUR =
      new InputSpec(3, 2, 2, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
  private static final InputSpec GREY = new InputSpec(1, 2, 2, List.of(0.5), List.of(0.25));

  @Test
  void decodesAPngExactly() throws Exception {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_3BYTE_BGR);
    image.setRGB(0, 0, 0xff0000);
    image.setRGB(1, 0, 0x00ff00);
    image.setRGB(0, 1, 0x0000ff);
    image.setRGB(1, 1, 0x336699);
    float[] values = decode(encode(image, "png"), COLOUR);
    float[] expected = {
      255, 0, 0, 0x33, 0, 255, 0, 0x66, 0, 0, 255, 0x99,
    };
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i] / 255, values[i], 1e-6, "value " + i);
    }
  }

  @Test
  void decodesTheSameWithAnAlphaChannelOrAPalette() throws Exception {
    for (int type : new int[] {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_BYTE_INDEXED}) {
      BufferedImage image = new BufferedImage(2, 2, type);
      image.setRGB(0, 0, 0xffff0000);
      assertEquals(1, decode(encode(image, "png"), COLOUR)[0], 1e-6);
    }
  }

  @Test
  void keepsTheValuesOfGreys() throws Exception {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, 100);
    assertEquals((100 / 255f - 0.5f) / 0.25f, decode(encode(image, "png"), GREY)[0], 1e-5);
    assertEquals(100 / 255f, decode(encode(image, "png"), COLOUR)[8], 1e-5);
  }

  @Test
  void decodesJpeg() throws Exception {
    BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < 48; y++) {
      for (int x = 0; x < 64; x++) {
        image.setRGB(x, y, 0xc08040);
      }
    }
    float[] values = decode(encode(image, "jpg"), COLOUR);
    assertEquals(0xc0 / 255f, values[0], 0.02);
    assertEquals(0x80 / 255f, values[4], 0.02);
    assertEquals(0x40 / 255f, values[8], 0.02);
  }

  @Test
  void shrinksByAreaAverage() {
    byte[] bytes = new byte[16];
    for (int i = 0; i < 16; i++) {
      bytes[i] = (byte) (i * 10);
    }
    Pixels small = new Pixels(1, 4, 4, bytes).resized(2, 2);
    assertEquals((0 + 10 + 40 + 50) / 4, small.at(0, 0, 0));
    assertEquals((100 + 110 + 140 + 150) / 4, small.at(0, 1, 1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void keepsTheMeanWhenResizing(long seed) {
    Random random = new Random(seed);
    int height = 1 + random.nextInt(40);
    int width = 1 + random.nextInt(40);
    byte[] bytes = new byte[height * width];
    Arrays.fill(bytes, (byte) 77);
    Pixels resized =
        new Pixels(1, height, width, bytes).resized(1 + random.nextInt(40), 1 + random.nextInt(40));
    for (byte value : resized.values()) {
      assertEquals(77, value, "seed " + seed);
    }
  }

  @Test
  void takesRawTensors() throws Exception {
    byte[] pixels = new byte[12];
    pixels[5] = (byte) 255;
    assertEquals(1, decode(pixels, "uint8", "3,2,2", COLOUR)[5], 1e-6);
    ByteBuffer floats = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    floats.putFloat(20, -1.5f);
    assertEquals(-1.5f, decode(floats.array(), "float32", "", COLOUR)[5]);
  }

  @Test
  void saysWhatIsWrongWithATensor() {
    assertReason(
        "tensor shape is 1,28,28, the model reads 3,2,2", new byte[12], "uint8", "1,28,28");
    assertReason("tensor has 11 bytes, shape 3,2,2 needs 12", new byte[11], "uint8", "");
    assertReason("tensor has 12 bytes, shape 3,2,2 needs 48", new byte[12], "float32", "");
    assertReason("dtype is neither uint8 nor float32: int4", new byte[12], "int4", "");
    byte[] nan = new byte[48];
    nan[2] = (byte) 0xc0;
    nan[3] = 0x7f;
    assertReason("tensor holds NaN", nan, "float32", "");
  }

  @Test
  void saysWhatIsWrongWithAPicture() throws Exception {
    assertReason("payload is empty", new byte[0], "", "");
    assertReason("payload of 5 bytes is neither JPEG nor PNG", new byte[5], "", "");
    assertReason("payload of 50000000 bytes is larger than 8388608", new byte[50_000_000], "", "");
    byte[] gif = encode(new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_INDEXED), "gif");
    assertReason("payload of " + gif.length + " bytes is neither JPEG nor PNG", gif, "", "");
  }

  @Test
  void refusesADecompressionBombByItsHeader() throws Exception {
    String reason = reason(pngHeader(60_000, 60_000), "", "");
    assertEquals("picture of 60000x60000 pixels is larger than 67108864: send it smaller", reason);
    assertEquals(
        "picture of 1048576x8 pixels is larger than 65535 on a side: send it in parts",
        reason(pngHeader(1 << 20, 8), "", ""));
  }

  @Test
  void refusesALargeProgressiveJpegByItsHeader() throws Exception {
    byte[] small = progressive(new BufferedImage(64, 64, BufferedImage.TYPE_3BYTE_BGR));
    assertEquals(12, decode(small, COLOUR).length);
    assertReason(
        "progressive JPEG of 8192x8192 pixels is larger than 4194304: send it smaller, or as a"
            + " baseline JPEG of at most 67108864",
        sized(small, 8192, 8192),
        "",
        "");
  }

  /** The decoder keeps coefficients for these too. */
  @Test
  void refusesALargeJpegWhoseColoursComeOneByOne() throws Exception {
    byte[] jpeg = encode(new BufferedImage(64, 64, BufferedImage.TYPE_3BYTE_BGR), "jpg");
    assertEquals(12, decode(sized(jpeg, 64, 65), COLOUR).length);
    ByteArrayOutputStream luma = new ByteArrayOutputStream();
    luma.write(jpeg, 0, marker(jpeg, 0xda) + 1);
    luma.write(new byte[] {0, 8, 1, 1, 0, 0, 63, 0});
    String reason = reason(sized(luma.toByteArray(), 4096, 4096), "", "");
    assertTrue(reason.startsWith("progressive JPEG of 4096x4096 pixels"), reason);
  }

  @Test
  void refusesAJpegOfCountlessScans() throws Exception {
    byte[] small = progressive(new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY));
    int scan = marker(small, 0xda) - 1;
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(small, 0, scan);
    for (int i = 0; i < 1_000; i++) {
      many.write(small, scan, 10);
    }
    assertReason(
        "progressive JPEG has more than 32 scans: send it as a baseline JPEG",
        many.toByteArray(),
        "",
        "");
  }

  private static byte[] progressive(BufferedImage image) throws Exception {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream file = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(file);
      writer.write(null, new IIOImage(image, null, null), param);
    }
    return out.toByteArray();
  }

  /** The same JPEG with another size in its header. */
  private static byte[] sized(byte[] jpeg, int width, int height) {
    byte[] out = jpeg.clone();
    int frame = Math.max(marker(jpeg, 0xc0), marker(jpeg, 0xc2));
    ByteBuffer.wrap(out).putShort(frame + 4, (short) height).putShort(frame + 6, (short) width);
    return out;
  }

  /** Where the second byte of a marker is; -1 if there is none before the first scan's data. */
  private static int marker(byte[] jpeg, int marker) {
    int at = 3;
    while ((jpeg[at] & 0xff) != marker) {
      if ((jpeg[at] & 0xff) == 0xda) {
        return -1;
      }
      at += 2 + (((jpeg[at + 1] & 0xff) << 8) | (jpeg[at + 2] & 0xff));
    }
    return at;
  }

  @Test
  void thinsLargePicturesInsteadOfHoldingThem() throws Exception {
    BufferedImage image = new BufferedImage(5_000, 4_000, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, 200);
    Pixels pixels = ImageDecoder.decode(encode(image, "png"));
    assertTrue(pixels.width() * pixels.height() <= 3 << 20, pixels.width() + "");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void survivesDamagedPictures(long seed) throws Exception {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_3BYTE_BGR);
    byte[] original = encode(image, seed % 2 == 0 ? "png" : "jpg");
    for (int i = 0; i < 200; i++) {
      byte[] damaged = Arrays.copyOf(original, 1 + random.nextInt(original.length));
      for (int flips = random.nextInt(6); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        assertEquals(12, decode(damaged, COLOUR).length, "seed " + seed + " step " + i);
      } catch (FrameRejectedException e) {
        assertTrue(e.getMessage().length() > 5, "seed " + seed + " step " + i);
      }
    }
  }

  private static float[] decode(byte[] payload, InputSpec input) throws FrameRejectedException {
    return decode(payload, "", "", input);
  }

  private static float[] decode(byte[] payload, String dtype, String shape, InputSpec input)
      throws FrameRejectedException {
    FloatBuffer out = FloatBuffer.allocate(input.size());
    FrameDecoder.decode(payload, dtype, shape, input, out);
    assertEquals(0, out.remaining());
    return out.array();
  }

  private static void assertReason(String expected, byte[] payload, String dtype, String shape) {
    assertEquals(expected, reason(payload, dtype, shape));
  }

  private static String reason(byte[] payload, String dtype, String shape) {
    return assertThrows(FrameRejectedException.class, () -> decode(payload, dtype, shape, COLOUR))
        .getMessage();
  }

  private static byte[] encode(BufferedImage image, String format) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, out));
    return out.toByteArray();
  }

  /** A PNG file that ends after a header that promises a huge picture. */
  private static byte[] pngHeader(int width, int height) throws Exception {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(header);
    data.writeBytes("IHDR");
    data.writeInt(width);
    data.writeInt(height);
    data.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(header.toByteArray());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DataOutputStream png = new DataOutputStream(out);
    png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    png.writeInt(13);
    png.write(header.toByteArray());
    png.writeInt((int) crc.getValue());
    return out.toByteArray();
  }
}
