package io.coterie.models.training;

import io.coterie.models.net.Net;
import io.coterie.models.net.Node;
import io.coterie.models.net.Weights;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/**
 * Starting weights in which every {@link Node.Whiten} has the eigenvectors of its patches, each
 * divided by the root of its eigenvalue, and their negatives: after Jordan, arXiv 2404.00498.
 */
final class Whitening {
  private static final int IMAGES = 5000;

  /** Keeps directions without contrast finite. */
  private static final double FLOOR = 5e-4;

  private Whitening() {}

  /** Random weights that the seed decides; whitening ones come from the first images. */
  static Weights initial(Net net, long seed, BatchMaker batches) {
    Weights weights = Weights.initial(net, seed);
    for (Node node : net.nodes()) {
      if (node instanceof Node.Whiten whiten) {
        weights = weights.with(whiten.weight(), filters(whiten, net, batches));
      }
    }
    return weights;
  }

  private static float[] filters(Node.Whiten node, Net net, BatchMaker batches) {
    var eigen = new EigenDecompositionSymmetric(covariance(node, net, batches));
    int size = node.in() * node.kernel() * node.kernel();
    float[] filters = new float[node.out() * size];
    for (int i = 0; i < node.out() / 2; i++) {
      double[] vector = eigen.getEigenvector(i).toArray();
      double scale = 1 / Math.sqrt(Math.max(0, eigen.getEigenvalue(i)) + FLOOR);
      for (int j = 0; j < size; j++) {
        filters[i * size + j] = (float) (vector[j] * scale);
        filters[(node.out() / 2 + i) * size + j] = -filters[i * size + j];
      }
    }
    return filters;
  }

  /** Mean product of every two values of a patch, in the order {@code [in, kernel, kernel]}. */
  private static Array2DRowRealMatrix covariance(Node.Whiten node, Net net, BatchMaker batches) {
    int height = net.input().height();
    int width = net.input().width();
    int kernel = node.kernel();
    int size = node.in() * kernel * kernel;
    double[][] sum = new double[size][size];
    double[] patch = new double[size];
    int images = Math.min(IMAGES, batches.images().size());
    for (int image = 0; image < images; image++) {
      float[] nhwc = batches.range(image, image + 1, BatchMaker.PLAIN);
      for (int y = 0; y + kernel <= height; y++) {
        for (int x = 0; x + kernel <= width; x++) {
          for (int i = 0; i < size; i++) {
            int row = y + i / kernel % kernel;
            int column = x + i % kernel;
            patch[i] = nhwc[(row * width + column) * node.in() + i / (kernel * kernel)];
          }
          addProducts(patch, sum);
        }
      }
    }
    double count = (double) images * (height - kernel + 1) * (width - kernel + 1);
    Array2DRowRealMatrix covariance = new Array2DRowRealMatrix(sum, false);
    return (Array2DRowRealMatrix) covariance.scalarMultiply(1 / count);
  }

  private static void addProducts(double[] patch, double[][] sum) {
    for (int i = 0; i < patch.length; i++) {
      for (int j = 0; j < patch.length; j++) {
        sum[i][j] += patch[i] * patch[j];
      }
    }
  }
}
