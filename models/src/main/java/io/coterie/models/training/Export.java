package io.coterie.models.training;

import ai.djl.ndarray.NDManager;
import io.coterie.inference.BatchRunner;
import io.coterie.inference.StagedRunner;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.Weights;
import io.coterie.models.onnx.OnnxWriter;
import io.coterie.models.quantization.Folding;
import io.coterie.models.torch.TorchNet;
import io.coterie.protocol.bundle.ModelFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes trained networks as ONNX and checks each against what was trained, on real images.
 *
 * @param head the teacher's linear layer
 * @param threads of ONNX Runtime
 * @param files of the bundle so far, by path
 */
record Export(Session session, LinearHead head, int threads, Map<String, byte[]> files) {
  private static final int CHECKED = 64;

  /**
   * Part of the largest value by which two forms of a network may differ; of 1 where it is less.
   */
  private static final float TOLERANCE = 1e-4f;

  /** Puts a graph into the bundle. */
  ModelFile file(String path, byte[] graph) {
    files.put(path, graph);
    return ModelFile.of(path, graph);
  }

  /**
   * The graphs of a network's stages, with batch normalisations folded.
   *
   * @param net gives one output at every exit
   * @param stages what {@link Architecture#stages} made of it
   * @throws IllegalStateException if one after another they give other outputs than the network in
   *     the trainer
   */
  List<byte[]> stages(String title, Net net, Weights weights, List<Net> stages) {
    List<byte[]> graphs = new ArrayList<>();
    for (Net stage : stages) {
      graphs.add(Folding.fold(OnnxWriter.write(stage, weights)));
    }
    check(title, net, weights, graphs);
    return graphs;
  }

  /**
   * The graph of the network.
   *
   * @throws IllegalStateException if it gives other outputs than the network in the trainer
   */
  byte[] checked(String title, Net net, Weights weights) {
    byte[] graph = OnnxWriter.write(net, weights);
    check(title, net, weights, List.of(graph));
    return graph;
  }

  private void check(String title, Net net, Weights weights, List<byte[]> graphs) {
    LabelledImages images = session.data().validation().first(CHECKED);
    List<float[]> expected = inTrainer(net, weights, images);
    List<float[]> found = portions(graphs, images, title);
    float worst = 0;
    for (int exit = 0; exit < expected.size(); exit++) {
      worst = Math.max(worst, difference(expected.get(exit), found.get(exit)));
    }
    checkDifference(title, worst);
  }

  /**
   * The largest difference of two values, as a part of the largest expected value or of 1,
   * whichever is more: rounding grows with the values. NaN where the arrays do not fit or hold NaN.
   */
  static float difference(float[] expected, float[] found) {
    float largest = 1;
    float difference = expected.length == found.length ? 0 : Float.NaN;
    for (int i = 0; i < Math.min(expected.length, found.length); i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - found[i]));
    }
    return difference / largest;
  }

  /**
   * Compares what two forms of a network give.
   *
   * @throws IllegalStateException if they differ by more than rounding
   */
  void checkDifference(String title, float[] expected, float[] found) {
    checkDifference(title, difference(expected, found));
  }

  private void checkDifference(String title, float difference) {
    if (!(difference <= TOLERANCE)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "exported %s differs from the trained network by %.1e of its largest value, more than"
                  + " %.0e",
              title,
              difference,
              TOLERANCE));
    }
    String detail = String.format(Locale.ROOT, "max relative difference %.1e", difference);
    session.progress().update(TrainingProgress.note("export " + title, detail));
  }

  /** All outputs of the network, in their order. */
  private List<float[]> inTrainer(Net net, Weights weights, LabelledImages images) {
    BatchMaker batches = new BatchMaker(images, session.input(), Augmentation.NONE, 0);
    int n = images.size();
    float[] nhwc = batches.range(0, n, BatchMaker.PLAIN);
    try (TorchNet torch = new TorchNet(net, weights);
        NDManager batch = torch.manager().newSubManager()) {
      var outputs = torch.forward(torch.input(batch, nhwc, n), false);
      return net.outputs().stream().map(name -> outputs.get(name).toFloatArray()).toList();
    }
  }

  /** Runs a graph over images. */
  float[] run(byte[] graph, LabelledImages images, String title) {
    try (BatchRunner model = new BatchRunner(graph, threads)) {
      return model.run(images.size(), rows(images), meter(images, title));
    }
  }

  /** What stages give at every exit for all images, row-major {@code [images, size]}. */
  List<float[]> portions(List<byte[]> stages, LabelledImages images, String title) {
    try (StagedRunner student = new StagedRunner(stages, threads)) {
      return student.run(images.size(), rows(images), meter(images, title));
    }
  }

  private BatchRunner.Rows rows(LabelledImages images) {
    return (from, to, out) -> images.normalise(session.input(), from, to, out);
  }

  private BatchRunner.Done meter(LabelledImages images, String title) {
    Meter meter = Meter.once(title, images.size(), session.progress());
    return done -> {
      if (done < images.size()) {
        meter.report(done, "");
      }
    };
  }
}
