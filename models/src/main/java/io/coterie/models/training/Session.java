package io.coterie.models.training;

import io.coterie.models.data.Dataset;
import io.coterie.models.data.Datasets;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.WholeFile;
import io.coterie.planner.partition.ActivationGraph;
import io.coterie.planner.partition.NormalizedCut;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One training as one process sees it: the data, the folder, and the steps over them. */
record Session(
    Setup setup,
    TeacherNetwork teacher,
    Features features,
    StudentTrainer students,
    PipelineTrainer pipelines) {
  static Session open(TrainingConfig config, String spec, Path folder, ProgressSink progress)
      throws IOException {
    Dataset data = Datasets.open(spec, config.seed(), config.input());
    List<String> skipped = data.skipped();
    if (!skipped.isEmpty()) {
      String first = String.join("\n  ", skipped.subList(0, Math.min(20, skipped.size())));
      progress.update(
          TrainingProgress.note("data", skipped.size() + " files skipped:\n  " + first));
    }
    Setup setup = Setup.of(config, data, folder, progress);
    TeacherNetwork teacher =
        config.given() == null ? new LearntTeacher(setup) : new OnnxTeacher(setup);
    Features features = new Features(teacher, setup);
    return new Session(
        setup,
        teacher,
        features,
        new StudentTrainer(setup, features),
        new PipelineTrainer(setup, features));
  }

  TrainingConfig config() {
    return setup.config();
  }

  Dataset data() {
    return setup.data();
  }

  InputSpec input() {
    return setup.input();
  }

  ProgressSink progress() {
    return setup.progress();
  }

  /** The teacher's linear layer. */
  LinearHead head() throws IOException {
    return teacher.head(features);
  }

  WorkFolder work() {
    return setup.work();
  }

  /**
   * The partitions by K; computed once, from the validation images. None where there are no
   * students.
   */
  Map<Integer, NormalizedCut.Result> partitions() throws IOException {
    Map<Integer, NormalizedCut.Result> partitions = new TreeMap<>();
    for (int k : config().students().isEmpty() ? List.<Integer>of() : config().ks()) {
      Path file = work().partition(k);
      if (!Files.exists(file)) {
        WholeFile.write(file, Json.bytes(split(k)));
      }
      try {
        partitions.put(k, Json.read(Files.readAllBytes(file), NormalizedCut.Result.class));
      } catch (JsonException e) {
        throw new IOException("damaged partition, delete it: " + file + ": " + e.getMessage(), e);
      }
    }
    return partitions;
  }

  private NormalizedCut.Result split(int k) throws IOException {
    ActivationGraph graph = new ActivationGraph(teacher.filters());
    FeatureStore validation = features.validation();
    float[] row = new float[teacher.filters()];
    for (int i = 0; i < data().validation().size(); i++) {
      validation.row(i, row);
      graph.add(row);
    }
    long seed = setup.seed(5);
    double[][] adjacency = graph.adjacency();
    NormalizedCut.Result nested = NormalizedCut.nested(adjacency, k, seed);
    NormalizedCut.Result separate = NormalizedCut.split(adjacency, k, seed);
    String detail =
        "partitions of %s filters, normalised cut %.3f; cut for this K alone: %s, %.3f"
            .formatted(sizes(nested), nested.cut(), sizes(separate), separate.cut());
    progress().update(TrainingProgress.note("K=" + k, detail));
    return nested;
  }

  private static String sizes(NormalizedCut.Result cut) {
    return cut.parts().stream()
        .map(part -> Integer.toString(part.size()))
        .collect(Collectors.joining("/"));
  }

  /** All students to be learnt; one that several K need is there once, under the smallest. */
  Collection<StudentTask> tasks() throws IOException {
    Map<Path, StudentTask> tasks = new LinkedHashMap<>();
    for (Map.Entry<Integer, NormalizedCut.Result> entry : partitions().entrySet()) {
      List<List<Integer>> parts = entry.getValue().parts();
      for (int part = 0; part < parts.size(); part++) {
        for (StudentNet net : config().students()) {
          StudentTask task = new StudentTask(entry.getKey(), part, parts.get(part), net);
          if (net.isFor(entry.getKey())) {
            tasks.putIfAbsent(work().student(net, task.filters()), task);
          }
        }
      }
    }
    return tasks.values();
  }

  /**
   * Learns the share of worker {@code index} of {@code count}: pipelines, then students, the costly
   * ones first.
   */
  void learn(LinearHead head, int index, int count) throws IOException {
    List<PipelineNet> nets = config().pipelines();
    for (int i = index; i < nets.size(); i += count) {
      pipelines.train(nets.get(i), head);
    }
    List<StudentTask> sorted = new ArrayList<>(tasks());
    sorted.sort(Comparator.comparingInt(task -> -config().students().indexOf(task.net())));
    for (int i = Math.floorMod(index - nets.size(), count); i < sorted.size(); i += count) {
      students.train(sorted.get(i), head);
    }
  }
}
