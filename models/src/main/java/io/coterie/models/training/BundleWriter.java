package io.coterie.models.training;

import io.coterie.models.data.LabelledImages;
import io.coterie.models.evaluation.Accuracy;
import io.coterie.models.net.Net;
import io.coterie.models.net.Weights;
import io.coterie.planner.partition.NormalizedCut;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bundle.Teacher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts the exported networks, the measured accuracies and the provenance into a bundle folder. */
record BundleWriter(Session session, Export export, TrainingOptions options) {
  /** Writes the bundle. */
  Path write() throws IOException {
    Teacher teacher = teacher();
    List<Partitioning> partitionings = new ArrayList<>();
    ExportedStudents exported = new ExportedStudents(session, export);
    for (Strategy strategy : List.of(Strategy.ROCOIN, Strategy.DISTREE)) {
      for (NormalizedCut.Result cut : session.partitions().values()) {
        List<StudentNet> nets = session.config().students(strategy, cut.parts().size());
        if (!nets.isEmpty()) {
          partitionings.add(new TrainedPartitioning(session, export, exported, cut, nets).build());
        }
      }
    }
    List<Pipeline> pipelines = new ArrayList<>();
    for (PipelineNet net : session.config().pipelines()) {
      for (PipelineTask task : net.tasks()) {
        Net whole = session.pipelines().net(task);
        Weights weights = session.pipelines().weights(task);
        pipelines.add(new TrainedPipeline(session, export, task, whole, weights).build());
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
    BundleFolder.write(options.bundle(), manifest, export.files());
    return options.bundle();
  }

  private Teacher teacher() throws IOException {
    byte[] graph = session.teacher().graph(export);
    return new Teacher(
        session.teacher().name(),
        export.file("teacher.onnx", graph),
        session.teacher().parameters(),
        session.teacher().flops(),
        accuracy(graph, session.data().validation()),
        accuracy(graph, session.data().test()));
  }

  private double accuracy(byte[] graph, LabelledImages images) {
    float[] logits = export.run(graph, images, "teacher");
    return Accuracy.of(logits, session.data().labels().size(), images.labels());
  }
}
