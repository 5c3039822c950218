package io.coterie.lab.demo;

import io.coterie.inference.BatchRunner;
import io.coterie.lab.LabException;
import io.coterie.models.data.Dataset;
import io.coterie.models.data.Datasets;
import io.coterie.models.data.ImageShape;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.evaluation.Accuracy;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.frame.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures with known labels, in the order of the test split, over and over. */
public final class Frames {
  /** The test pictures of {@code meter-digits}, without drawing those to learn from. */
  public static final String DRAWN = "meter-digits:1,1,6000";

  private final LabelledImages images;
  private final List<String> labels;

  public Frames(Dataset dataset) {
    images = dataset.test();
    labels = dataset.labels();
    ImageIO.setUseCache(false);
  }

  /** The pictures as the bundle reads them, drawn or split with the bundle's own seed. */
  public static Dataset dataset(String spec, Manifest manifest) throws IOException {
    return Datasets.open(spec, manifest.seed(), ImageShape.of(manifest.input()));
  }

  /** The label of frame {@code i}. */
  public String label(int i) {
    return labels.get(images.label(i % images.size()));
  }

  /** Number of different frames; those after are the same again. */
  public int size() {
    return images.size();
  }

  /**
   * Which frames a network answers rightly.
   *
   * @param onnx a graph from images to logits
   */
  public boolean[] right(byte[] onnx, InputSpec input) {
    try (BatchRunner network = new BatchRunner(onnx, 1)) {
      float[] logits =
          network.run(
              images.size(),
              (from, to, out) -> {
                for (int i = from; i < to; i++) {
                  images.image(i).normalise(input, out);
                }
              },
              done -> {});
      int[] predictions = Accuracy.predictions(logits, labels.size());
      boolean[] right = new boolean[images.size()];
      for (int i = 0; i < right.length; i++) {
        right[i] = predictions[i] == images.label(i);
      }
      return right;
    }
  }

  /** Frame {@code i} as a PNG file. */
  public byte[] png(int i) {
    Pixels pixels = images.image(i % images.size());
    boolean grey = pixels.channels() == 1;
    BufferedImage image =
        new BufferedImage(
            pixels.width(),
            pixels.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < pixels.height(); y++) {
      for (int x = 0; x < pixels.width(); x++) {
        for (int c = 0; c < pixels.channels(); c++) {
          image.getRaster().setSample(x, y, c, pixels.at(c, y, x));
        }
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new LabException("cannot encode a frame: " + e.getMessage(), e);
    }
    return out.toByteArray();
  }
}
