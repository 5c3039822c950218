package io.coterie.models.training;

import io.coterie.models.data.LabelledImages;
import io.coterie.models.evaluation.Accuracy;
import io.coterie.models.net.WholeFile;
import io.coterie.planner.partition.NormalizedCut;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

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

  /**
   * Refuses to replace anything but a bundle.
   *
   * @throws IOException if the folder holds something else
   */
  static void checkTarget(Path bundle) throws IOException {
    if (!Files.exists(bundle) || Files.exists(bundle.resolve(Manifest.FILE_NAME))) {
      return;
    }
    try (Stream<Path> content = Files.list(bundle)) {
      if (content.findAny().isPresent()) {
        throw new IOException(
            bundle + " holds something that is no bundle: name another folder for the bundle");
      }
    }
  }

  /** Writes the bundle beside its place and then moves it there, so that no half bundle is seen. */
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
    publish(files, Json.pretty(manifest).getBytes(StandardCharsets.UTF_8));
    return options.bundle();
  }

  private void publish(Map<String, byte[]> files, byte[] manifest) throws IOException {
    Path target = options.bundle().toAbsolutePath();
    checkTarget(target);
    Path fresh = target.resolveSibling(target.getFileName() + ".new");
    clear(fresh);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      WholeFile.write(fresh.resolve(file.getKey()), file.getValue());
    }
    WholeFile.write(fresh.resolve(Manifest.FILE_NAME), manifest);
    clear(target);
    Files.move(fresh, target);
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

  private static void clear(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> content = Files.walk(folder)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
