package io.coterie.models.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.models.data.ImageShape;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.Node;
import io.coterie.models.net.Weights;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WhiteningTest {
  private static final ImageShape SHAPE = new ImageShape(3, 9, 9);

  /** Neighbouring pixels and the channels depend on each other. */
  private static LabelledImages images(int n) {
    SplittableRandom random = new SplittableRandom(3);
    byte[] pixels = new byte[n * SHAPE.size()];
    int value = 100;
    for (int i = 0; i < pixels.length; i++) {
      value = Math.max(0, Math.min(255, value + random.nextInt(-40, 41)));
      pixels[i] = (byte) value;
    }
    return new LabelledImages(SHAPE, pixels, new int[n]);
  }

  @Test
  void itsOutputsAreUncorrelatedWithVarianceOne() {
    LabelledImages images = images(400);
    BatchMaker batches = new BatchMaker(images, Normalisation.of(images), Augmentation.NONE, 1);
    Net net = Architecture.parse("wcn-4").teacher(SHAPE, 2);
    Node.Whiten node = (Node.Whiten) net.nodes().get(0);
    float[] filters = Whitening.initial(net, 1, batches).of(node.weight());
    double[][] products = new double[12][12];
    int count = 0;
    for (int image = 0; image < 400; image++) {
      float[] nhwc = batches.range(image, image + 1, BatchMaker.PLAIN);
      for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 8; x++, count++) {
          double[] out = apply(filters, nhwc, y, x);
          for (int i = 0; i < 12; i++) {
            for (int j = 0; j < 12; j++) {
              products[i][j] += out[i] * out[j];
            }
          }
        }
      }
    }
    for (int i = 0; i < 12; i++) {
      for (int j = 0; j < 12; j++) {
        assertEquals(i == j ? 1 : 0, products[i][j] / count, 0.02, i + "," + j);
      }
    }
  }

  private static double[] apply(float[] filters, float[] nhwc, int y, int x) {
    double[] out = new double[12];
    for (int filter = 0; filter < 12; filter++) {
      for (int i = 0; i < 12; i++) {
        int at = ((y + i / 2 % 2) * 9 + x + i % 2) * 3 + i / 4;
        out[filter] += filters[filter * 12 + i] * nhwc[at];
      }
    }
    return out;
  }

  @Test
  void theSecondHalfIsTheFirstNegated() {
    LabelledImages images = images(50);
    BatchMaker batches = new BatchMaker(images, Normalisation.of(images), Augmentation.NONE, 1);
    Net net = Architecture.parse("wcn-4").teacher(SHAPE, 2);
    Node.Whiten node = (Node.Whiten) net.nodes().get(0);
    Weights weights = Whitening.initial(net, 1, batches);
    float[] filters = weights.of(node.weight());
    for (int i = 0; i < filters.length / 2; i++) {
      assertEquals(-filters[i], filters[filters.length / 2 + i]);
    }
  }
}
