package io.coterie.models.training;

import ai.djl.ndarray.NDManager;
import io.coterie.inference.BatchRunner;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Net;
import io.coterie.models.net.Weights;
import io.coterie.models.onnx.OnnxWriter;
import io.coterie.models.torch.TorchNet;
import java.io.IOException;
import java.util.Locale;

/** Writes trained networks as ONNX and checks each against what was trained, on real images. */
final class Export {
  private static final int CHECKED = 64;
  private static final float TOLERANCE = 1e-4f;

  private final Session session;
  private final LinearHead head;
  private final int threads;
  private final ProgressSink progress;

  Export(Session session, LinearHead head, TrainingOptions options, ProgressSink progress) {
    this.session = session;
    this.head = head;
    this.threads = Math.max(options.threads(), options.jobs());
    this.progress = progress;
  }

  int threads() {
    return threads;
  }

  ProgressSink progress() {
    return progress;
  }

  /** The teacher's linear layer. */
  LinearHead head() {
    return head;
  }

  byte[] student(StudentTask task) throws IOException {
    return checked(task.title(), session.students().net(task), session.students().weights(task));
  }

  /**
   * The graph of the network.
   *
   * @throws IllegalStateException if it gives other outputs than the network in the trainer
   */
  byte[] checked(String title, Net net, Weights weights) {
    byte[] graph = OnnxWriter.write(net, weights);
    LabelledImages images = session.data().validation().first(CHECKED);
    float[] expected = inTrainer(net, weights, images);
    float[] found = run(graph, images, title);
    float difference = 0;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs(expected[i] - found[i]));
    }
    if (expected.length != found.length || !(difference <= TOLERANCE)) {
      throw new IllegalStateException(
          "exported " + title + " differs from the trained network by " + difference);
    }
    String detail = String.format(Locale.ROOT, "max difference %.1e", difference);
    progress.update(Progress.note("export " + title, detail));
    return graph;
  }

  private float[] inTrainer(Net net, Weights weights, LabelledImages images) {
    BatchMaker batches = new BatchMaker(images, session.input(), Augmentation.NONE, 0);
    int n = images.size();
    float[] nhwc = batches.make(Seeds.inOrder(n), 0, n, BatchMaker.PLAIN);
    try (TorchNet torch = new TorchNet(net, weights);
        NDManager batch = torch.manager().newSubManager()) {
      var outputs = torch.forward(torch.input(batch, nhwc, n), false);
      return outputs.get(net.outputs().get(0)).toFloatArray();
    }
  }

  /** Runs a graph over images. */
  float[] run(byte[] graph, LabelledImages images, String title) {
    Meter meter = Meter.once(title, images.size(), progress);
    try (BatchRunner model = new BatchRunner(graph, threads)) {
      return model.run(
          images.size(),
          (from, to, out) -> {
            for (int i = from; i < to; i++) {
              images.image(i).normalise(session.input(), out);
            }
          },
          done -> {
            if (done < images.size()) {
              meter.report(done, "");
            }
          });
    }
  }
}
