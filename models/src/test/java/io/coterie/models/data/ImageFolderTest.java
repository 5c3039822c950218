package io.coterie.models.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  private static final ImageShape SHAPE = new ImageShape(3, 8, 8);

  @TempDir Path folder;

  private void images(String folderName, int count, Color colour) throws IOException {
    for (int i = 0; i < count; i++) {
      image(folderName + "/" + i + ".png", colour, BufferedImage.TYPE_INT_RGB, 12 + i);
    }
  }

  private void image(String name, Color colour, int type, int side) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(side, side, type);
    Graphics2D g = image.createGraphics();
    g.setColor(colour);
    g.fillRect(0, 0, side, side);
    g.dispose();
    String format = name.substring(name.lastIndexOf('.') + 1);
    ImageIO.write(image, format, file.toFile());
  }

  private Dataset open() throws IOException {
    return Datasets.open(folder.toString(), 5, SHAPE);
  }

  @Test
  void splitsOneFolderPerClass() throws IOException {
    images("green", 10, Color.GREEN);
    images("red", 10, Color.RED);
    Dataset data = open();
    assertEquals(List.of("green", "red"), data.labels());
    assertEquals(16, data.train().size());
    assertEquals(2, data.validation().size());
    assertEquals(2, data.test().size());
    for (int i = 0; i < 16; i++) {
      int red = data.train().image(i).at(0, 4, 4);
      assertEquals(data.train().label(i) == 1 ? 255 : 0, red);
    }
  }

  @Test
  void takesGivenSplits() throws IOException {
    images("train/green", 5, Color.GREEN);
    images("train/red", 6, Color.RED);
    images("test/green", 2, Color.GREEN);
    images("test/red", 1, Color.RED);
    Dataset data = open();
    assertEquals(3, data.test().size());
    assertEquals(1, data.validation().size());
    assertEquals(10, data.train().size());
    assertEquals(0, data.test().label(0));
    assertEquals(1, data.test().label(2));
  }

  @Test
  void convertsGreysAndJpeg() throws IOException {
    images("a", 5, Color.RED);
    for (int i = 0; i < 5; i++) {
      image("b/" + i + ".jpg", Color.WHITE, BufferedImage.TYPE_BYTE_GRAY, 40);
    }
    Dataset data = open();
    assertEquals(SHAPE, data.shape());
    for (int i = 0; i < data.train().size(); i++) {
      if (data.train().label(i) == 1) {
        assertTrue(data.train().image(i).at(2, 0, 0) > 250);
      }
    }
  }

  @Test
  void skipsAndListsBrokenImages() throws IOException {
    images("a", 6, Color.RED);
    images("b", 6, Color.BLUE);
    Files.write(folder.resolve("b/broken.png"), new byte[] {1, 2, 3});
    Files.writeString(folder.resolve("b/notes.txt"), "not an image");
    Dataset data = open();
    assertEquals(12, data.train().size() + data.validation().size() + data.test().size());
    assertEquals(1, data.skipped().size());
    assertTrue(data.skipped().get(0).contains("broken.png"));
  }

  @Test
  void refusesASingleClass() throws IOException {
    images("only", 4, Color.RED);
    assertRefused("1 sub-folders", "at least two");
  }

  @Test
  void refusesAnEmptyClass() throws IOException {
    images("a", 4, Color.RED);
    Files.createDirectories(folder.resolve("nothing"));
    assertRefused("'nothing'", "no readable");
  }

  @Test
  void refusesAClassWithoutTestImages() throws IOException {
    images("train/a", 4, Color.RED);
    images("train/b", 4, Color.BLUE);
    images("test/a", 4, Color.RED);
    assertRefused("'b'", "test");
  }

  @Test
  void refusesAFolderThatIsNotThere() {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> Datasets.open(folder + "/none", 1, SHAPE));
    assertTrue(e.getMessage().contains("none"));
  }

  private void assertRefused(String... parts) {
    var e = assertThrows(IOException.class, this::open);
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }
}
