package io.coterie.models.training;

import io.coterie.protocol.json.Check;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to run a training; nothing here changes what is learnt.
 *
 * @param data what {@link io.coterie.models.data.Datasets#open} reads
 * @param work folder for checkpoints and intermediate results; the same one resumes
 * @param bundle folder that is written, replaced if it is a bundle
 * @param threads for the teacher
 * @param jobs processes that learn students side by side, each with one thread
 * @param nativeCache folder into which libtorch is unpacked
 * @param teacher file of the given teacher, where the configuration has one
 * @param command what the user typed, for provenance
 */
public record TrainingOptions(
    TrainingConfig config,
    String data,
    Path work,
    Path bundle,
    int threads,
    int jobs,
    Path nativeCache,
    Optional<Path> teacher,
    String command) {
  public TrainingOptions {
    Check.present(config, "config");
    Check.text(data, "data");
    Check.present(work, "work");
    Check.present(bundle, "bundle");
    Check.positive(threads, "threads");
    Check.positive(jobs, "jobs");
    Check.present(nativeCache, "nativeCache");
    Check.present(teacher, "teacher");
    Check.text(command, "command");
  }
}
