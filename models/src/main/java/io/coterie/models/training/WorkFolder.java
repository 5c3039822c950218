package io.coterie.models.training;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the results of each step lie. The name of a step's folder holds a digest of everything the
 * step depends on, so that a changed configuration repeats exactly what it changes and a repeated
 * run repeats nothing.
 */
final class WorkFolder {
  private static final int KEY_LENGTH = 12;

  /** Raised when a step computes something else than before from the same configuration. */
  private static final int REVISION = 2;

  private final Path root;
  private final TrainingConfig config;
  private final String teacherKey;
  private final String featuresKey;

  WorkFolder(Path root, TrainingConfig config, String dataFingerprint) {
    this.root = root;
    this.config = config;
    this.teacherKey =
        key(
            REVISION,
            dataFingerprint,
            config.seed(),
            config.augmentation(),
            config.teacher(),
            config.given() == null ? config.teacherSchedule() : config.given());
    this.featuresKey = key(teacherKey, config.variants());
  }

  /** Weights and checkpoint of the teacher. */
  Path teacher() {
    return root.resolve("teacher-" + teacherKey);
  }

  /** The teacher's pooled features. */
  Path features() {
    return root.resolve("features-" + featuresKey);
  }

  /** The partition into {@code k}. */
  Path partition(int k) {
    return root.resolve("partition-" + k + "-" + key(teacherKey, k) + ".json");
  }

  /** Weights, checkpoint and portions of a student that learns the given filters. */
  Path student(StudentNet net, List<Integer> filters) {
    TrainingSchedule schedule = net.schedule(config.studentSchedule());
    Distillation distillation = config.distillation();
    String key =
        net.exits().isEmpty()
            ? key(featuresKey, net.net(), filters, schedule, distillation)
            : key(featuresKey, net.net(), net.exits(), filters, schedule, distillation);
    return root.resolve("student-" + key);
  }

  /** Weights and checkpoint of a pipeline, or of the autoencoders in one. */
  Path pipeline(PipelineTask task) {
    PipelineNet pipeline = task.pipeline();
    Distillation distillation = config.distillation();
    String key =
        key(
            featuresKey,
            pipeline.net(),
            pipeline.exits(),
            pipeline.schedule(),
            distillation.alpha(),
            distillation.temperature());
    return root.resolve(
        "pipeline-" + task.autoencoder().map(a -> key(key, a, task.schedule())).orElse(key));
  }

  private static String key(Object... parts) {
    String text = Json.write(parts);
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).substring(0, KEY_LENGTH);
  }
}
