package io.coterie.models.training;

import io.coterie.models.data.LabelledImages;
import io.coterie.models.evaluation.Accuracy;
import io.coterie.planner.partition.NormalizedCut;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Strategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts the exported networks, the measured accuracies and the provenance into a bundle folder. */
final class BundleWriter {
  private final Session session;
  private final Export export;
  private final TrainingOptions options;

  BundleWriter(Session session, Export export, TrainingOptions options) {
    this.session = session;
    this.export = export;
    this.options = options;
  }

  /** Writes the bundle. */
  Path write() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    io.coterie.protocol.bundle.Teacher teacher = teacher(files);
    List<Partitioning> partitionings = new ArrayList<>();
    ExportedStudents exported = new ExportedStudents(session, export, files);
    for (Strategy strategy : List.of(Strategy.ROCOIN, Strategy.DISTREE)) {
      for (NormalizedCut.Result cut : session.partitions().values()) {
        List<StudentNet> nets = session.config().students(strategy, cut.parts().size());
        if (!nets.isEmpty()) {
          partitionings.add(
              new TrainedPartitioning(session, export, exported, cut, nets, files).build());
        }
      }
    }
    List<Pipeline> pipelines = new ArrayList<>();
    for (PipelineNet net : session.config().pipelines()) {
      for (PipelineTask task : net.tasks()) {
        pipelines.add(new TrainedPipeline(session, export, task, files).build());
      }
    }
    Manifest manifest =
        new Manifest(
            Manifest.VERSION,
            session.config().name(),
            session.input(),
            session.data().labels(),
            teacher,
            partitionings,
            pipelines,
            Provenance.of(session, options));
    BundleFolder.write(options.bundle(), manifest, files);
    return options.bundle();
  }

  private io.coterie.protocol.bundle.Teacher teacher(Map<String, byte[]> files) throws IOException {
    byte[] graph = session.teacher().graph(export, export.head());
    files.put("teacher.onnx", graph);
    return new io.coterie.protocol.bundle.Teacher(
        session.teacher().name(),
        ModelFile.of("teacher.onnx", graph),
        session.teacher().parameters(),
        session.teacher().flops(),
        accuracy(graph, session.data().validation()),
        accuracy(graph, session.data().test()));
  }

  private double accuracy(byte[] graph, LabelledImages images) {
    float[] logits = export.run(graph, images, "teacher");
    int[] predictions = Accuracy.predictions(logits, session.data().labels().size());
    return Accuracy.of(predictions, images.labels());
  }
}
